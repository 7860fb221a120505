"""A file's content as sheets of cells. Only ever called where it can hurt nobody (child.py)."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.banking.statements import refusals
from app.banking.statements.cells import Row
from app.banking.statements.gate import Kind, kind_of, pass_workbook
from app.banking.statements.mapping import MAX_COLUMNS
from app.banking.statements.refusals import StatementRefused

MAX_ROWS: Final = 20_000
"""Of all sheets together, with what stands above and below the table."""

_DELIMITERS: Final = (";", ",", "\t")
# Tab, line ends and the end of a page are not among them.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MOST_CONTROLS: Final = 0.01
"""A memo may hold a stray one; more of them are no text."""
_SEPARATOR_LINE: Final = re.compile(r"sep=[;,\t]\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells, the first being row 1. `formulas` are places (row from 1, column from 0)."""

    rows: list[Row]
    is_text: bool = False
    formulas: frozenset[tuple[int, int]] = field(default=frozenset())


def readings_of(content: bytes) -> Iterator[list[Sheet]]:
    """The ways to read a file as visible sheets: a workbook has one, a text one a delimiter.

    Hidden rows are rows; hidden sheets are left out, for nobody would see what came of them.
    Raises StatementRefused for what is no statement, is not safe, or is too large.
    """
    kind = kind_of(content)
    if kind is Kind.TEXT:
        yield from _texts(_decoded(content))
        return
    formulas = pass_workbook(content) if kind is Kind.XLSX else frozenset[tuple[int, int]]()
    try:
        yield _workbook(content, formulas)
    except PasswordError as error:
        raise StatementRefused(refusals.LOCKED) from error
    except CalamineError as error:
        raise StatementRefused(refusals.BROKEN) from error


def _workbook(content: bytes, formulas: frozenset[tuple[int, int]]) -> list[Sheet]:
    sheets, left = [], MAX_ROWS
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        for index, told in enumerate(book.sheets_metadata):
            if told.visible != SheetVisibleEnum.Visible or told.typ != SheetTypeEnum.WorkSheet:
                continue
            rows = _rows(book.get_sheet_by_index(index), left)
            left -= len(rows)
            sheets.append(Sheet(rows, formulas=formulas))
    return sheets


def _rows(sheet: CalamineSheet, left: int) -> list[Row]:
    last_row, last_column = sheet.end or (0, 0)
    if last_row >= left:
        raise StatementRefused(refusals.TOO_MANY_ROWS, rows=MAX_ROWS)
    if last_column >= MAX_COLUMNS:
        raise StatementRefused(refusals.TOO_MANY_COLUMNS, columns=MAX_COLUMNS)
    return sheet.to_python(skip_empty_area=False)


def _decoded(content: bytes) -> str:
    """The letters of a text file: by its mark, else UTF-8, else Windows-1258."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[:200].count(b"\x00") > len(content[:200]) // 4:
        encodings = ["utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"]
    elif b"\x00" in content:
        raise StatementRefused(refusals.NO_STATEMENT_FILE)
    else:
        encodings = ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = len(_CONTROLS.findall(text))
        if "\x00" in text or controls > _MOST_CONTROLS * len(text) + 1:
            raise StatementRefused(refusals.NO_STATEMENT_FILE)
        return text
    raise StatementRefused(refusals.UNKNOWN_LETTERS)


def _texts(text: str) -> Iterator[list[Sheet]]:
    """One reading for each delimiter that parts the text without breaking it."""
    separator = _SEPARATOR_LINE.match(text)
    refused: StatementRefused | None = None
    could_be_read = False
    for delimiter in (text[4],) if separator else _DELIMITERS:
        try:
            sheet = Sheet(_table(text, delimiter), is_text=True)
        except StatementRefused as refusal:
            refused = refused or refusal
        else:
            could_be_read = True
            yield [sheet]
    if refused is not None and not could_be_read:
        raise refused


def _table(text: str, delimiter: str) -> list[Row]:
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows: list[Row] = [[*line] for line in islice(lines, MAX_ROWS + 1)]
    except csv.Error as error:
        raise StatementRefused(refusals.BROKEN_TABLE) from error
    if len(rows) > MAX_ROWS:
        raise StatementRefused(refusals.TOO_MANY_ROWS, rows=MAX_ROWS)
    if any(len(row) > MAX_COLUMNS for row in rows):
        raise StatementRefused(refusals.TOO_MANY_COLUMNS, columns=MAX_COLUMNS)
    return rows
