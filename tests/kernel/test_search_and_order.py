"""Finding and ordering: without accents for search, the Vietnamese alphabet for lists."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import fold, sort_key

# Lone surrogates too, which PostgreSQL's driver cannot send.
any_text = st.text(st.characters(exclude_categories=()))

_NAMES = Path(__file__).with_name("names-in-order.txt")


def shuffled(texts: list[str]) -> list[str]:
    """Give the texts in another order, the same one each time."""
    return random.Random(20261124).sample(texts, len(texts))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("Nguye\u0302\u0303n  Va\u0306n \u00d0u\u031b\u0301c", "nguyen van duc"),
        ("hoà", "hoa"),
        ("HÒA", "hoa"),
        ("Ａｎ ﬁ İß", "an fi iss"),
        ("A\u200bn\x00 \ud800", "an"),
        ("GĐ ông Ba (12 người)", "gd ong ba (12 nguoi)"),
        ("", ""),
    ],
)
def test_search_key_has_neither_accents_nor_case(text: str, key: str) -> None:
    assert fold(text) == key


@given(any_text)
def test_search_key_of_a_key_is_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(any_text)
def test_keys_of_any_text_can_be_stored(text: str) -> None:
    for key in (fold(text), sort_key(text)):
        assert "\x00" not in key
        assert key.encode().decode() == key


def test_sort_key_gives_the_order_of_an_independent_collation() -> None:
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]

    # PostgreSQL's "C" compares bytes of UTF-8.
    assert sorted(shuffled(names), key=lambda name: sort_key(name).encode()) == names


def test_every_letter_and_tone_has_its_place() -> None:
    letters = [*"aăâbcdđeêghiklmnoôơpqrstuưvxy"]
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]

    assert len(set(map(sort_key, letters))) == len(letters)
    assert sorted(shuffled(letters), key=sort_key) == letters
    assert sorted(shuffled(tones), key=sort_key) == tones


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoà", "Hòa"), ("HÒA", "hòa"), ("Nguye\u0302\u0303n", "Nguyễn"), (" An  Bình ", "An Bình")],
)
def test_spellings_of_one_name_share_one_place(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


def test_shorter_name_comes_before_the_same_with_a_number() -> None:
    hamlets = ["Tổ", "Tổ 1", "Tổ 1 B", "Tổ 2", "Tổ An"]

    assert sorted(shuffled(hamlets), key=sort_key) == hamlets
