"""Amounts in words, against the forms' own examples and 5,000 vectors of another library."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.words import MAX_IN_WORDS, amount_in_words

_VECTORS = Path(__file__).parents[1] / "data" / "amounts-in-words.csv"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (20_000, "Hai mươi nghìn đồng"),
        (105_000, "Một trăm linh năm nghìn đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (1_015_000, "Một triệu không trăm mười lăm nghìn đồng"),
        (21_000_000, "Hai mươi mốt triệu đồng"),
        (24_000, "Hai mươi bốn nghìn đồng"),
        (55_000, "Năm mươi lăm nghìn đồng"),
        (145_001_000, "Một trăm bốn mươi lăm triệu không trăm linh một nghìn đồng"),
        (523_056, "Năm trăm hai mươi ba nghìn không trăm năm mươi sáu đồng"),
        (1_000_101_017, "Một tỷ một trăm linh một nghìn không trăm mười bảy đồng"),
        (1_000_000_005, "Một tỷ không trăm linh năm đồng"),
    ],
)
def test_amount_reads_as_on_the_forms(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


def test_all_vectors_of_the_other_library_agree() -> None:
    lines = _VECTORS.read_text(encoding="utf-8").splitlines()
    vectors = list(csv.DictReader(line for line in lines if not line.startswith("#")))

    differing = [v for v in vectors if amount_in_words(int(v["amount"])) != v["words"]]

    assert len(vectors) == 5000
    assert differing == []


def test_thousands_of_billions_read_as_on_the_forms() -> None:
    assert amount_in_words(1_230_950_880_055) == (
        "Một nghìn hai trăm ba mươi tỷ chín trăm năm mươi triệu "
        "tám trăm tám mươi nghìn không trăm năm mươi lăm đồng"
    )


@given(st.integers(0, MAX_IN_WORDS), st.integers(0, MAX_IN_WORDS))
def test_two_amounts_never_read_alike(one: int, other: int) -> None:
    assert (amount_in_words(one) == amount_in_words(other)) == (one == other)


def test_every_amount_of_a_dense_range_reads_differently() -> None:
    assert len({amount_in_words(amount) for amount in range(120_000)}) == 120_000


@pytest.mark.parametrize("amount", [-1, MAX_IN_WORDS + 1, 10**40])
def test_amount_outside_the_range_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="outside 0 to"):
        amount_in_words(amount)
