"""Bank statements as banks write them: grids of cells, and the files made of them."""

import csv
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO, StringIO

from openpyxl import Workbook

from app.banking.commands import LineSide, ToldLine, ToldStatement

Grid = Sequence[Sequence[object]]

OPENING = 1_000_000
LINES = (
    ToldLine(
        day=date(2026, 10, 1),
        side=LineSide.CREDIT,
        amount=500_000,
        description="NGUYEN VAN A ung ho KH7Q2M9XAB",
        reference="FT1",
        balance_after=1_500_000,
    ),
    ToldLine(
        day=date(2026, 10, 2),
        side=LineSide.DEBIT,
        amount=11_000,
        description="Thu phi dich vu",
        reference="FT2",
        balance_after=1_489_000,
    ),
    ToldLine(
        day=date(2026, 10, 3),
        side=LineSide.CREDIT,
        amount=2_000_000,
        description="Công ty Ánh Dương ủng hộ",
        reference="FT3",
        balance_after=3_489_000,
    ),
)
CLOSING = 3_489_000
STATEMENT = ToldStatement(
    account_number="0011004123456", opening=OPENING, closing=CLOSING, lines=LINES
)
HEADER = ("Ngày giao dịch", "Số tham chiếu", "Ghi nợ", "Ghi có", "Số dư", "Mô tả")


def dotted(amount: int) -> str:
    """1.500.000."""
    return f"{amount:,}".replace(",", ".")


def rows_of(lines: Sequence[ToldLine]) -> list[list[object]]:
    """Lines under HEADER, amounts in groups by points."""
    return [
        [
            f"{line.day:%d/%m/%Y}",
            line.reference,
            dotted(line.amount) if line.side is LineSide.DEBIT else "",
            dotted(line.amount) if line.side is LineSide.CREDIT else "",
            dotted(line.balance_after or 0),
            line.description,
        ]
        for line in lines
    ]


def plain_grid(lines: Sequence[ToldLine] = LINES) -> list[list[object]]:
    """A whole statement: account, opening, header, lines, closing."""
    return [
        ["Số tài khoản: 0011004123456"],
        ["Số dư đầu kỳ", dotted(OPENING)],
        [],
        [*HEADER],
        *rows_of(lines),
        ["Số dư cuối kỳ", dotted(CLOSING)],
    ]


def workbook(*grids: Grid, hidden_rows: Sequence[int] = ()) -> bytes:
    """The grids as sheets of an .xlsx; dates become dates of the sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, grid in enumerate(grids, 1):
        sheet = book.create_sheet(f"Trang {number}")
        for row, cells in enumerate(grid, 1):
            for column, value in enumerate(cells, 1):
                if value not in {None, ""}:
                    sheet.cell(row, column, _cell(value))
        for row in hidden_rows:
            sheet.row_dimensions[row].hidden = True
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(value: object) -> str | float | date | datetime:
    return value if isinstance(value, int | float | date) else str(value)


def text_file(grid: Grid, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """The grid as a text file of a spreadsheet."""
    file = StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(
        ["" if cell is None else cell for cell in row] for row in grid
    )
    return file.getvalue().encode(encoding)


def windows_1258(text: str) -> bytes:
    """The text in the old Vietnamese code page, in which a tone is a byte of its own."""
    return "".join(map(_in_parts, unicodedata.normalize("NFC", text))).encode("cp1258")


def _in_parts(letter: str) -> str:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        marks = unicodedata.normalize("NFD", letter)
        tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", marks.replace(tone, "")) + tone
    return letter
