"""What may be stored: names, notes and reasons of the catalogue, telephone numbers, e-mail."""

import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import (
    MAX_NAME,
    UnreadableText,
    clean_email,
    clean_name,
    clean_phone,
    clean_reason,
    clean_text,
    looks_garbled,
)
from tests.kernel.nasty import each_nasty, nasty_rows

clean_note = partial(clean_text, max_length=500)


def check(clean: Callable[[str], str], row: dict[str, Any]) -> None:
    """Assert that the row is refused, or taken in a form that cleaning leaves alone."""
    if row["expect"] == "refuse":
        with pytest.raises(UnreadableText):
            clean(row["value"])
    else:
        cleaned = clean(row["value"])
        assert clean(cleaned) == cleaned


@each_nasty("NXSTC")
def test_name_is_taken_or_refused_as_the_catalogue_says(row: dict[str, Any]) -> None:
    check(clean_name, row)


@each_nasty("N")
def test_garbled_fonts_are_suspected_and_no_others(row: dict[str, Any]) -> None:
    assert looks_garbled(row["value"]) == (row["expect"] == "confirm")


@pytest.mark.parametrize(
    ("clean", "field"),
    [
        (clean_phone, "phone"),
        (clean_email, "email"),
        (clean_reason, "reason"),
        (clean_note, "note"),
        (clean_note, "address"),
    ],
)
def test_field_is_taken_or_refused_as_the_catalogue_says(
    clean: Callable[[str], str],
    field: str,
) -> None:
    rows = nasty_rows("N", field)

    assert rows
    for row in rows:
        check(clean, row)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("  Chị  Nga\u00a0(đầu\tngõ 12) \r\n", "Chị Nga (đầu ngõ 12)"),
        ("\u00d0ặng \u0189ức \u00f0ạt \u0256ộ", "Đặng Đức đạt độ"),
        ("hoà", "hoà"),
        ("Ａｎ", "Ａｎ"),
    ],
)
def test_name_is_stored_as_it_is_seen(typed: str, stored: str) -> None:
    assert clean_name(typed) == stored


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (" ", "Nhập họ tên"),
        ("An\nBình", "trên một dòng"),
        ("An\u2028Bình", "trên một dòng"),
        ("A\u200bn", "ký tự ẩn"),
        ("a" * 201, "nhiều nhất 200 ký tự"),
    ],
)
def test_refusal_says_what_to_do(name: str, hint: str) -> None:
    with pytest.raises(UnreadableText) as refusal:
        clean_name(name)

    assert hint in refusal.value.message


def test_note_keeps_its_lines_and_loses_the_empty_ones() -> None:
    assert clean_note("\n một \r\n\r\n\n\n hai\u2028ba  bốn \n") == "một\n\nhai\nba bốn"
    assert clean_note("một\n\n\nhai") == "một\n\nhai"
    assert clean_note(" \r\n ") == ""


@pytest.mark.parametrize(
    "text", ["một\rhai", "a\n" * 50 + "a", "\u0301a", "a\n\u0301b", "a" * 501, "a\x00"]
)
def test_note_is_refused_when_it_hides_or_overflows(text: str) -> None:
    with pytest.raises(UnreadableText):
        clean_note(text)


@given(st.text(st.characters(exclude_categories=()), max_size=MAX_NAME * 2))
def test_what_a_name_lets_through_is_short_composed_and_visible(text: str) -> None:
    with suppress(UnreadableText):
        name = clean_name(text)
        assert 1 <= len(name) <= MAX_NAME
        assert name == unicodedata.normalize("NFC", name) == clean_name(name)
        assert not any(unicodedata.category(character)[0] == "C" for character in name)


@given(st.text())
def test_contacts_of_any_text_are_ascii_or_refused(text: str) -> None:
    for clean in (clean_phone, clean_email):
        with suppress(UnreadableText):
            assert clean(text).isascii()


@pytest.mark.parametrize(
    "typed",
    ["0912 345 678", "0912.345.678", "84-912345678", "+84912345678", "0084912345678"],
)
def test_one_telephone_has_one_form(typed: str) -> None:
    assert clean_phone(typed) == "+84912345678"


def test_the_hint_asks_for_no_fewer_digits_than_a_landline_has() -> None:
    with pytest.raises(UnreadableText, match="landlines 11"):
        clean_phone("024 3823 123")
    assert clean_phone("024 3823 1234") == "+842438231234"


def test_one_mailbox_has_one_form() -> None:
    assert clean_email(" LAN+Quy@Example.VN\n") == "lan+quy@example.vn"


@pytest.mark.parametrize(
    "text", ["a" + "\u0301\u0323" * 500_000, "a" * 5_000_000, "a@" + "b." * 10**6]
)
@pytest.mark.parametrize("clean", [clean_name, clean_note, clean_email, clean_phone])
def test_endless_text_is_refused_at_once(clean: Callable[[str], str], text: str) -> None:
    started = time.perf_counter()

    with pytest.raises(UnreadableText):
        clean(text)

    assert time.perf_counter() - started < 0.5
