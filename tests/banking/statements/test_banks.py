"""Files of banks, shared and made: each reads back exactly, whatever its layout."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from app.banking.commands import LineSide, ToldStatement
from app.banking.statements import refusals
from app.banking.statements.parsing import parse_statement
from app.banking.statements.reading import read_statement
from app.banking.statements.refusals import StatementRefused, UnknownLayout
from app.kernel.clock import HANOI
from tests.builders.statements import (
    CLOSING,
    HEADER,
    LINES,
    OPENING,
    STATEMENT,
    Grid,
    dotted,
    plain_grid,
    rows_of,
    text_file,
    windows_1258,
    workbook,
)

DATA = Path(__file__).parents[2] / "data" / "statements"
FILES = sorted(p for p in DATA.iterdir() if p.suffix in {".xlsx", ".csv"})


def figures(statement: ToldStatement) -> dict[str, int]:
    sides = {
        side: [line.amount for line in statement.lines if line.side is side] for side in LineSide
    }
    return {
        "opening": statement.opening,
        "closing": statement.closing,
        "credits": sum(sides[LineSide.CREDIT]),
        "debits": sum(sides[LineSide.DEBIT]),
        "credit_lines": len(sides[LineSide.CREDIT]),
        "debit_lines": len(sides[LineSide.DEBIT]),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_shared_file_reads_as_expected(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    content = path.read_bytes()

    statement = read_statement(content)

    assert figures(statement) == expected
    assert statement == parse_statement(content) == read_statement(content)


def test_shared_files_tell_whose_they_are_and_what_each_bank_knows() -> None:
    told = {p.stem: parse_statement(p.read_bytes()) for p in FILES}

    assert {name: each.account_number for name, each in told.items()} == {
        "statement-bidv": "12010000999999",
        "statement-mb": "9704229999",
        "statement-techcombank": "19036789012015",
        "statement-vietcombank": "0011004123456",
    }
    first = told["statement-techcombank"].lines[0]
    assert (first.counter_name, first.counter_account) == ("LE XUAN THANG", "215050551906")
    assert first.reference == "FT26275112688014"
    assert told["statement-bidv"].lines[0].reference is None
    assert "KH%CODE%" in told["statement-mb"].lines[0].description


def test_old_workbook_reads_like_a_new_one() -> None:
    content = (DATA / "made-vietcombank.xls").read_bytes()

    assert read_statement(content, "0011004123456") == STATEMENT


def shuffled() -> Grid:
    order = (5, 3, 1, 4, 0, 2)
    return [[row[i] for i in order] if len(row) == 6 else row for row in plain_grid()]


def newest_first() -> Grid:
    return plain_grid(LINES[::-1])


def with_excel_dates() -> Grid:
    grid = plain_grid()
    for row, line in zip(grid[4:7], LINES, strict=True):
        row[0] = line.day
        row[2:5] = [
            line.amount if line.side is LineSide.DEBIT else None,
            float(line.amount) if line.side is LineSide.CREDIT else None,
            line.balance_after,
        ]
    return grid


def far_down() -> Grid:
    return [*[["Ngân hàng"]] * 70, *plain_grid()]


def spread_over_lines() -> Grid:
    grid = plain_grid()
    grid[3] = [
        "Ngày\u00a0giao dịch\nTransaction Date",
        "Số bút toán (Reference No.)",
        "Phát sinh nợ / Debit (VND)",
        "PHÁT SINH CÓ\r\nCredit",
        "Số dư Balance",
        "NỘI DUNG/Details",
    ]
    return grid


def in_two_rows() -> Grid:
    grid = plain_grid()
    grid[3:4] = [
        ["Ngày", "Số CT", "Phát sinh trong kỳ", "", "Số dư", "Diễn giải"],
        ["", "", "Nợ", "Có", "", ""],
    ]
    return grid


def with_numbered_lines() -> Grid:
    return [
        *([["Số TK: 0011 0041 23456"], ["Số dư đầu kỳ/Opening balance (VND): 1,000,000.00"]]),
        ["STT/No.", *HEADER],
        *([number, *row] for number, row in enumerate(rows_of(LINES), 1)),
        ["Tổng cộng/Total", "", "", "11.000", "2.500.000"],
        ["Số dư cuối kỳ/Closing balance: 3,489,000.00 VND"],
        ["Ngày 04 tháng 10 năm 2026", "", "", "Người lập", "Kiểm soát"],
    ]


def with_balances_as_rows() -> Grid:
    return [
        ["Tài khoản", "0011004123456"],
        [*HEADER],
        ["", "", "", "", dotted(OPENING), "Số dư đầu kỳ"],
        *rows_of(LINES),
        ["Cộng phát sinh", "", "11.000", "2.500.000", "", ""],
        ["Luỹ kế năm", "", "99.000", "9.500.000", "", ""],
        ["", "", "", "", dotted(CLOSING), "Số dư cuối kỳ"],
    ]


def with_signs() -> Grid:
    return [
        *plain_grid()[:3],
        ["Ngày GD", "Mã GD", "Số tiền", "Số dư sau giao dịch", "Nội dung"],
        *(
            [row[0], row[1], f"-{row[2]}" if row[2] else f"+{row[3]}", row[4], row[5]]
            for row in rows_of(LINES)
        ),
        plain_grid()[-1],
    ]


def with_negative_debits() -> Grid:
    grid = plain_grid()
    grid[5][2] = "-11.000"
    return grid


@pytest.mark.parametrize(
    "made",
    [
        *(shuffled, newest_first, with_excel_dates, far_down, spread_over_lines, in_two_rows),
        *(with_numbered_lines, with_balances_as_rows, with_signs, with_negative_debits),
    ],
)
def test_other_layouts_of_the_same_statement(made: Callable[[], Grid]) -> None:
    grid = made()

    assert parse_statement(workbook(grid), "0011004123456") == STATEMENT
    if made is not with_excel_dates:
        assert parse_statement(text_file(grid)) == STATEMENT


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "utf-8"), (",", "utf-8-sig"), ("\t", "utf-16"), (";", "utf-16-le"), (",", "utf-16-be")],
)
def test_text_files_of_every_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    assert parse_statement(text_file(plain_grid(), delimiter, encoding)) == STATEMENT


def test_text_file_in_windows_1258() -> None:
    text = text_file(plain_grid(), ",", "utf-8").decode()

    assert parse_statement(windows_1258(text)) == STATEMENT


def test_separator_line_of_excel() -> None:
    content = b"sep=;\r\n" + text_file(plain_grid(), ";", "utf-8")

    assert parse_statement(content) == STATEMENT


def test_hidden_rows_count_and_hidden_sheets_do_not() -> None:
    assert parse_statement(workbook(plain_grid(), hidden_rows=(1, 2, 4, 6))) == STATEMENT


def cashup() -> Grid:
    """Vietcombank's statement of several accounts."""
    other = plain_grid()
    other[0] = ["Số tài khoản/Account number:", "0011009999999"]
    other[1] = ["Số dư đầu kỳ/Opening", dotted(OPENING + 500_000)]
    other[4:] = [*rows_of(LINES[1:]), ["Số dư cuối kỳ/Closing", dotted(CLOSING)]]
    return [["VCB CASHUP"], ["STATEMENT OF ACCOUNT"], *plain_grid(), [], *other]


def test_of_several_accounts_the_wanted_one_is_read() -> None:
    content = workbook(cashup())

    assert parse_statement(content, "0011004123456") == STATEMENT
    assert parse_statement(content, "001 1009 999 999") == replace(
        STATEMENT,
        account_number="0011009999999",
        opening=OPENING + 500_000,
        lines=LINES[1:],
    )
    with pytest.raises(StatementRefused, match="nhiều tài khoản") as refusal:
        parse_statement(content)
    assert refusal.value.params == {"found": "0011004123456, 0011009999999"}


def test_each_account_on_a_sheet_of_its_own_and_one_over_two_sheets() -> None:
    grid = plain_grid()
    first, second = grid[:5], plain_grid()[2:4] + grid[5:]
    other = plain_grid()
    other[0] = ["Số tài khoản", "999999999"]

    assert parse_statement(workbook(first, second)) == STATEMENT
    assert parse_statement(workbook([["Bìa"]], grid, other), "11004123456") == STATEMENT


def test_statement_of_another_account_is_refused() -> None:
    with pytest.raises(StatementRefused, match="không phải") as refusal:
        parse_statement(workbook(plain_grid()), "19036789012015")

    assert refusal.value.params == {"found": "0011004123456", "wanted": "19036789012015"}


def test_value_date_counts_before_the_day_of_the_transaction() -> None:
    grid = [
        ["Ngày giao dịch", "Ngày hiệu lực", "Ghi có", "Số dư", "Mô tả"],
        ["30/09/2026 23:59:59", "01/10/2026", "500.000", "500.000", "a"],
    ]

    assert parse_statement(workbook(grid)).lines[0].day == date(2026, 10, 1)


def test_times_are_told_in_hanoi_and_midnight_is_none() -> None:
    grid = [
        ["Thời gian GD", "Tiền vào", "Tiền ra", "Số dư", "Nội dung"],
        ["01/10/2026 08:05:09", "500.000", "", "500.000", "a"],
        ["2026-10-01T17:30:00Z", "500.000", "", "1.000.000", "b"],
        ["03/10/2026 00:00:00", "500.000", "", "1.500.000", "c"],
    ]

    lines = parse_statement(workbook(grid)).lines

    assert lines[0].at == datetime(2026, 10, 1, 8, 5, 9, tzinfo=HANOI)
    assert (lines[1].day, lines[1].at) == (
        date(2026, 10, 2),
        datetime(2026, 10, 2, 0, 30, tzinfo=HANOI),
    )
    assert lines[2].at is None


def vietinbank() -> Grid:
    return [
        ["Số tài khoản/ Account No.:", "0011004123456", "Loại tiền/ Currency:", "VND"],
        ["Số dư đầu kỳ/ Opening balance:", "1,000,000 VND", "Số dư cuối kỳ:", "3,489,000 VND"],
        ["Tổng số giao dịch ghi có/ Total number of credit:", "2"],
        [
            *("STT/No.", "Ngày hạch toán/Accounting date", "Mô tả giao dịch/ Transaction"),
            *("Nợ/ Debit", "Có / Credit", "Số dư TK/ Account Balance", "Số giao dịch/ Number"),
            *("Ngày phát sinh giao dịch/ Transaction date", "Ngày hạch toán/ Posting date"),
        ],
        *(
            [number, day, memo, debit, credit, balance, reference, day, day]
            for number, (day, reference, debit, credit, balance, memo) in enumerate(
                rows_of(LINES), 1
            )
        ),
    ]


def acb() -> Grid:
    """What it opens and closes with stands under its words."""
    return [
        ["BẢNG SAO KÊ GIAO DỊCH", "", "Số tài khoản 0011004123456 (VND)"],
        ["Số dư đầu", "Tổng rút ra", "Tổng gửi vào", "Số dư cuối"],
        ["1.000.000", "11.000", "2.500.000", "3.489.000"],
        ["STT", "Ngày giao dịch", "Số GD", "Nội dung", "Tiền rút ra", "Tiền gửi vào"],
        *(
            [number, day, reference, memo, debit, credit]
            for number, (day, reference, debit, credit, _, memo) in enumerate(rows_of(LINES), 1)
        ),
    ]


def agribank() -> Grid:
    grid = plain_grid()
    grid[3] = ["Ngày HT", "Số CT", "Phát sinh Nợ", "Phát sinh Có", "Số dư", "Diễn giải"]
    return grid


def with_references_under_days() -> Grid:
    """Vietcombank's statement of account: the day and under it the number of its paper."""
    return [
        *plain_grid()[:3],
        ["STT", "Ngày/\nSố CT", "Số tiền ghi nợ", "Số tiền ghi có", "Số dư", "Nội dung chi tiết"],
        *(
            [number, f"{row[0]}\n{row[1]}", *row[2:]]
            for number, row in enumerate(rows_of(LINES), 1)
        ),
    ]


def with_sides() -> Grid:
    return [
        *plain_grid()[:3],
        ["Ngày giao dịch", "Số tham chiếu", "Thay đổi", "Số tiền", "Số dư", "Mô tả"],
        *(
            [row[0], row[1], "-" if row[2] else "+", row[2] or row[3], *row[4:]]
            for row in rows_of(LINES)
        ),
    ]


@pytest.mark.parametrize("made", [vietinbank, agribank, with_references_under_days, with_sides])
def test_other_banks(made: Callable[[], Grid]) -> None:
    assert parse_statement(workbook(made()), "0011004123456") == STATEMENT
    assert parse_statement(text_file(made(), "\t")) == STATEMENT


def test_acb_has_no_balances_but_what_it_opens_and_closes_with() -> None:
    statement = parse_statement(workbook(acb()))

    lines = tuple(replace(line, balance_after=None) for line in LINES)
    assert statement == replace(STATEMENT, lines=lines)


def test_side_that_is_neither_is_refused() -> None:
    grid = [[*row] for row in with_sides()]
    grid[5][2] = "x"

    with pytest.raises(StatementRefused) as refusal:
        parse_statement(workbook(grid))

    assert (refusal.value.message, refusal.value.row) == (refusals.SIDE, 6)


def test_statement_in_dollars_is_refused() -> None:
    with pytest.raises(StatementRefused) as refusal:
        parse_statement(workbook([["Loại tiền/Currency: USD"], *plain_grid()]))

    assert refusal.value.params == {"currency": "USD"}


def test_unknown_columns_show_the_first_rows() -> None:
    grid = [["Bank of X"], ["D", "In", "Out", "Text"], ["01/10/2026", "5", "", "=1+1\x07"]]

    with pytest.raises(UnknownLayout, match="Chưa nhận ra các cột") as refusal:
        read_statement(text_file(grid))

    assert refusal.value.field == "file"
    assert refusal.value.preview == (
        *(("Bank of X",), ("D", "In", "Out", "Text")),
        ("01/10/2026", "5", "", "=1+1"),
    )


def test_two_columns_of_one_name_are_asked_about() -> None:
    grid = plain_grid()
    grid[3] = ["Ngày giao dịch", "Số tham chiếu", "Ghi có", "Ghi có", "Số dư", "Mô tả"]

    with pytest.raises(UnknownLayout, match="cùng tên"):
        parse_statement(workbook(grid))
