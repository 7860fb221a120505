"""Columns told by a person: kept as JSON, found again in the next file, or asked for again."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.banking.statements import refusals
from app.banking.statements.mapping import ColumnMapping
from app.banking.statements.parsing import parse_statement
from app.banking.statements.reading import read_statement
from app.banking.statements.refusals import StatementRefused, UnknownLayout
from app.kernel.errors import Invalid
from tests.builders.statements import LINES, STATEMENT, plain_grid, text_file, workbook

MAPPING = ColumnMapping(
    header_row=4, day=1, reference=2, debit=3, credit=4, balance=5, description=6
)


def strange(above: int = 0) -> list[list[object]]:
    """The statement under words that nobody knows."""
    grid = plain_grid()
    grid[3] = ["Khi nào", "Mã", "Đi", "Đến", "Còn", "Gì"]
    grid[:0] = [["x"] for _ in range(above)]
    return grid


def test_mapping_reads_what_words_do_not() -> None:
    content = workbook(strange())
    with pytest.raises(UnknownLayout):
        parse_statement(content)

    assert read_statement(content, "0011004123456", MAPPING) == STATEMENT
    assert parse_statement(text_file(strange(), ","), None, MAPPING) == STATEMENT


def test_mapping_finds_its_header_again_wherever_it_stands() -> None:
    with pytest.raises(UnknownLayout) as refusal:
        read_statement(workbook(strange()))
    remembered = MAPPING.with_header_of(refusal.value.preview)
    again = ColumnMapping.from_json(json.loads(json.dumps(remembered.to_json())))

    assert again == remembered
    assert again.header == ("khi nao", "ma", "di", "den", "con", "gi")
    for above in (0, 3, 70):
        assert read_statement(workbook(strange(above)), None, again) == STATEMENT
        assert parse_statement(text_file(strange(above)), None, again) == STATEMENT
    other = strange()
    other[3] = ["When", "No.", "Out", "In", "Left", "What"]
    with pytest.raises(UnknownLayout) as asked_again:
        read_statement(workbook(other), None, again)
    assert asked_again.value.message == refusals.OTHER_HEADER
    assert asked_again.value.preview[3][0] == "When"


def test_another_file_whose_words_are_known_needs_no_remembered_mapping() -> None:
    remembered = replace(MAPPING, header=("khi nao", "ma"))

    assert parse_statement(workbook(plain_grid()), None, remembered) == STATEMENT


def test_mapped_columns_do_not_get_past_the_sums() -> None:
    swapped = ColumnMapping(header_row=4, day=1, debit=4, credit=3, balance=5)

    with pytest.raises(StatementRefused) as refusal:
        parse_statement(workbook(strange()), None, swapped)

    assert (refusal.value.message, refusal.value.row) == (refusals.BALANCE, 5)


def test_mapping_of_signed_amounts() -> None:
    grid = strange()
    for row, line in zip(grid[4:7], LINES, strict=True):
        assert isinstance(row, list)
        row[2:4] = [line.amount if line.side == "credit" else -line.amount, ""]

    mapping = ColumnMapping(header_row=4, day=1, amount=3, balance=5, description=6, reference=2)

    assert parse_statement(workbook(grid), None, mapping) == STATEMENT


@pytest.mark.parametrize(
    "told",
    [
        {"header_row": 4, "day": 1},
        {"header_row": 4, "day": 1, "debit": 2},
        {"header_row": 4, "day": 1, "credit": 1},
        {"header_row": 4, "day": 1, "credit": 2, "amount": 3},
        {"header_row": 4, "day": 1, "credit": 2, "side": 3},
        {"header_row": 4, "day": 1, "credit": 61},
        {"header_row": 4, "day": 0, "credit": 2},
        {"header_row": 0, "day": 1, "credit": 2},
        {"header_row": 81, "day": 1, "credit": 2},
        {"header_row": 4, "day": None, "credit": 2},
        {"header_row": 4, "day": True, "credit": 2},
        {"header_row": 4, "day": 1, "credit": "2"},
        {"header_row": 4, "day": 1, "credit": 2.0},
        {"header_row": 4, "day": 1, "credit": 2, "else": 3},
        {"header_row": 4, "day": 1, "credit": 2, "header": "a"},
        {"header_row": 4, "day": 1, "credit": 2, "header": [1]},
        {},
        [],
        None,
    ],
)
def test_mapping_that_cannot_be_is_refused(told: object) -> None:
    with pytest.raises(Invalid) as refusal:
        ColumnMapping.from_json(told)

    assert refusal.value.field == "mapping"


@given(st.permutations(range(1, 61)), st.integers(1, 80), st.lists(st.text(max_size=5)))
def test_any_mapping_survives_json(columns: list[int], row: int, header: list[str]) -> None:
    mapping = ColumnMapping(
        header_row=row,
        day=columns[0],
        credit=columns[1],
        debit=columns[2],
        counter_name=columns[3],
        header=tuple(header),
    )

    assert ColumnMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
