"""Texts of strangers' software: made harmless, never refused, and clean afterwards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import clean_name, clean_text, disarm
from tests.kernel.nasty import each_nasty

ANY = st.text(st.characters(), max_size=700)


@pytest.mark.parametrize(
    ("told", "harmless"),
    [
        ("  NGUYEN VAN A \r\n chuyen\ttien ", "NGUYEN VAN A chuyen tien"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Ðức", "Đức"),
        ("a\u200bb\u202ec\x00d\x1b[31m", "abcd[31m"),
        ("\ufeffKH7Q2M9XAB\u00a0x", "KH7Q2M9XAB x"),
        ("a" + "\u0316" * 200, "a" + "\u0316" * 4),
        ("\u0301a", "a"),
        ("\ud800=1+1", "=1+1"),
        ("<script>", "<script>"),
        ("", ""),
        ("\u200b \u3000", ""),
    ],
)
def test_what_hides_is_left_out_and_what_shows_stays(told: str, harmless: str) -> None:
    assert disarm(told, max_length=500) == harmless


def test_text_is_cut_to_its_length_without_a_blank_at_the_end() -> None:
    assert disarm("a " * 10**6, max_length=500) == ("a " * 250).strip()
    assert disarm("ab cd", max_length=3) == "ab"


@given(ANY)
def test_result_is_what_clean_text_would_take(text: str) -> None:
    harmless = disarm(text, max_length=500)

    assert clean_text(harmless, max_length=500) == harmless
    assert disarm(harmless, max_length=500) == harmless
    assert "\n" not in harmless


@given(ANY)
def test_a_clean_name_stays_as_it_is(text: str) -> None:
    try:
        name = clean_name(text)
    except ValueError:
        return

    assert disarm(name, max_length=200) == name


@each_nasty("NXSTC")
def test_nothing_of_the_catalogue_is_refused(row: dict[str, Any]) -> None:
    harmless = disarm(str(row["value"]), max_length=500)

    assert clean_text(harmless, max_length=500) == harmless
