"""What does not add up, or could be read in two ways, is refused by its first wrong row."""

from dataclasses import replace
from datetime import date

import pytest

from app.banking.commands import ToldStatement
from app.banking.statements import refusals
from app.banking.statements.parsing import parse_statement
from app.banking.statements.refusals import StatementRefused
from tests.builders.statements import (
    CLOSING,
    LINES,
    OPENING,
    STATEMENT,
    dotted,
    plain_grid,
    rows_of,
    workbook,
)

FIRST, SECOND, LAST = 4, 5, 6
DAY, DEBIT, CREDIT, BALANCE = 0, 2, 3, 4


def refused(grid: list[list[object]]) -> tuple[str, int | None]:
    with pytest.raises(StatementRefused) as refusal:
        parse_statement(workbook(grid))
    assert refusal.value.field == "file"
    return refusal.value.message, refusal.value.row


def changed(row: int, column: int, value: object) -> list[list[object]]:
    grid = plain_grid()
    grid[row][column] = value
    return grid


def without_balances() -> list[list[object]]:
    grid = plain_grid()
    for row in grid[FIRST : LAST + 1]:
        row[BALANCE] = ""
    return grid


@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        (SECOND, CREDIT, "1", refusals.BOTH_SIDES),
        (FIRST, CREDIT, "500.001", refusals.BALANCE),
        (SECOND, BALANCE, "1.489.001", refusals.BALANCE),
        (LAST, CREDIT, "2.000.000,50", refusals.FRACTION),
        (LAST, CREDIT, "hai triệu", refusals.AMOUNT),
        (LAST, CREDIT, "-2.000.000", refusals.NEGATIVE_CREDIT),
        (LAST, CREDIT, "1.000.000.000.001", refusals.AMOUNT_BOUNDS),
        (LAST, DAY, "31/02/2026", refusals.DAY),
        (LAST, DAY, "", refusals.NO_DAY),
        (LAST, DAY, 46350, refusals.NO_DAY),
        (LAST, DAY, "Cong ty A", refusals.NO_DAY),
    ],
)
def test_row_that_cannot_be_taken_is_named(
    row: int, column: int, value: object, message: str
) -> None:
    assert refused(changed(row, column, value)) == (message, row + 1)


def test_disagreement_tells_both_figures() -> None:
    with pytest.raises(StatementRefused) as refusal:
        parse_statement(workbook(changed(SECOND, BALANCE, "9")))

    assert refusal.value.params == {"row": 6, "told": "9 đ", "counted": "1.489.000 đ"}


def test_closing_that_does_not_agree_is_refused() -> None:
    assert refused(changed(-1, 1, "3.489.001")) == (refusals.CLOSING, None)
    wrong = without_balances()
    wrong[FIRST][CREDIT] = "500.001"
    assert refused(wrong) == (refusals.CLOSING, None)


def test_missing_and_doubled_lines_are_found() -> None:
    missing, doubled = plain_grid(), plain_grid()
    del missing[SECOND]
    doubled.insert(SECOND, doubled[FIRST])

    assert refused(missing) == (refusals.BALANCE, 6)
    assert refused(doubled) == (refusals.BALANCE, 6)


def test_opening_and_closing_alone_or_balances_alone_are_enough() -> None:
    only_balances = plain_grid()
    del only_balances[-1], only_balances[1]

    assert parse_statement(workbook(only_balances)) == STATEMENT
    lines = tuple(replace(line, balance_after=None) for line in LINES)
    assert parse_statement(workbook(without_balances())) == replace(STATEMENT, lines=lines)


def test_what_nothing_proves_is_refused() -> None:
    without_opening, without_closing = without_balances(), without_balances()
    del without_opening[1], without_closing[-1]

    assert refused(without_opening) == (refusals.NO_OPENING, None)
    assert refused(without_closing) == (refusals.NO_CLOSING, None)
    without_closing.append(["Tổng cộng", "", "11.000", "2.500.000"])
    assert parse_statement(workbook(without_closing)).closing == CLOSING


def test_totals_are_no_line_and_must_be_right() -> None:
    grid = plain_grid()
    grid.insert(-1, ["Cộng", "", "11.000", "2.500.001"])

    assert refused(grid) == (refusals.TOTALS, 8)
    grid.insert(-1, ["Tổng", "", "11.000", "2.500.000"])
    assert parse_statement(workbook(grid)) == STATEMENT


def test_two_lines_alike_stay_two() -> None:
    twin = replace(LINES[0], balance_after=2_000_000)
    grid = plain_grid([LINES[0], twin])
    grid[-1][1] = "2.000.000"

    assert parse_statement(workbook(grid)).lines == (LINES[0], twin)


def test_lines_of_nothing_are_left_out() -> None:
    grid = plain_grid()
    grid.insert(SECOND, ["01/10/2026", "", "0", "0.00", "1.500.000", "Thông báo"])

    assert parse_statement(workbook(grid)) == STATEMENT


def test_a_month_without_movement_is_a_statement() -> None:
    grid = plain_grid([])
    grid[-1][1] = dotted(OPENING)

    assert parse_statement(workbook(grid)) == ToldStatement(
        account_number="0011004123456", opening=OPENING, closing=OPENING, lines=()
    )
    grid[-1][1] = "1"
    assert refused(grid) == (refusals.CLOSING, None)
    assert refused(grid[:-1]) == (refusals.NO_LINES, None)


def test_newest_first_is_told_by_balances_on_a_single_day() -> None:
    day = [replace(line, day=date(2026, 10, 1)) for line in LINES]

    assert parse_statement(workbook(plain_grid(day[::-1]))).lines == tuple(day)


def test_an_order_that_nothing_tells_is_refused() -> None:
    """One credit and its return on one day: from both ends the balances agree."""
    grid = plain_grid()[:4]
    del grid[1]
    grid += [
        ["01/10/2026", "", "50", "", "100", "trả lại"],
        ["01/10/2026", "", "", "50", "150", "chuyển nhầm"],
    ]

    assert refused(grid) == (refusals.TWO_ORDERS, None)
    grid.insert(0, ["Số dư đầu kỳ", "100"])
    assert [line.description for line in parse_statement(workbook(grid)).lines] == [
        "chuyển nhầm",
        "trả lại",
    ]


def test_text_row_with_more_cells_than_its_header_is_refused() -> None:
    """A memo with commas that nobody quoted would lose its end."""
    header = b"Ngay giao dich,Ghi co,Ghi no,So du,Noi dung\n"
    content = header + b"01/10/2026,500000,,500000,ung ho, KH7Q2M9XAB\n"

    with pytest.raises(StatementRefused) as refusal:
        parse_statement(content)

    assert (refusal.value.message, refusal.value.row) == (refusals.MORE_CELLS, 2)


def test_rows_of_a_refusal_are_those_of_the_file() -> None:
    assert len(rows_of(LINES)) == 3
    grid = changed(LAST, DAY, "31/02/2026")
    grid[:0] = [["x"] for _ in range(9)]

    assert refused(grid) == (refusals.DAY, LAST + 10)
