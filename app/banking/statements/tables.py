"""The lines under a header, and the figures around them, by account."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from app.banking.commands import LineSide, ToldLine
from app.banking.statements import refusals
from app.banking.statements.cells import (
    Cell,
    Row,
    UnreadableCell,
    amount_of,
    below_day,
    day_of,
    is_blank,
    side_of,
    text_of,
)
from app.banking.statements.headers import Header
from app.banking.statements.labels import Figure, Label, figures_of, is_sums, is_totals
from app.banking.statements.mapping import Meaning
from app.banking.statements.refusals import StatementRefused
from app.banking.statements.sheets import Sheet
from app.kernel.money import MAX_AMOUNT

LONGEST_NAME: Final = 200
LONGEST_NUMBER: Final = 100

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table with a day: a line, or a balance alone."""

    row: int
    line: ToldLine | None
    balance: int | None

    @property
    def change(self) -> int:
        """What the line adds to the balance."""
        if self.line is None:
            return 0
        return self.line.amount if self.line.side is LineSide.CREDIT else -self.line.amount


@dataclass(frozen=True, slots=True)
class Totals:
    """A row of sums as the file tells it; None is not told."""

    row: int
    debits: int | None
    credits: int | None


@dataclass(slots=True)
class Section:
    """The part of a sheet that is of one account."""

    account: str | None = None
    opening: int | None = None
    closing: int | None = None
    currency: str | None = None
    entries: list[Entry] = field(default_factory=list)
    totals: list[Totals] = field(default_factory=list)

    def note(self, figure: Figure) -> None:
        """Take a labelled figure: the first opening, the last closing; and no other currency."""
        if figure.label is Label.CURRENCY and figure.told not in {"VND", "VNĐ"}:
            self.currency = figure.told
        if figure.label is Label.OPENING and self.opening is None:
            self.opening = figure.amount
        elif figure.label is Label.CLOSING:
            self.closing = figure.amount

    def join(self, later: "Section") -> None:
        """Go on with a part of the same account that stands further on."""
        self.currency = self.currency or later.currency
        if self.opening is None:
            self.opening = later.opening
        if later.closing is not None:
            self.closing = later.closing
        self.entries += later.entries
        self.totals += later.totals

    def tells_something(self) -> bool:
        """Whether there is more than the name of an account."""
        return bool(self.entries) or self.opening is not None or self.closing is not None


def sections_of(sheet: Sheet, header: Header) -> list[Section]:
    """The sections of a sheet, in its order; a new account's number begins a new one.

    Raises StatementRefused at the first row that holds money and cannot be read for certain.
    """
    sections = [Section()]
    for number, row in enumerate(sheet.rows, 1):
        in_table = number > header.first_line
        if in_table:
            entry = _entry(sheet, number, header)
            if entry is not None:
                sections[-1].entries.append(entry)
                continue
        balance = header.columns.get(Meaning.BALANCE) if in_table else None
        below = [] if in_table else next(iter(sheet.rows[number : number + 1]), [])
        for figure in figures_of(row, balance, below):
            if figure.label is Label.ACCOUNT:
                _turn_to(sections, figure.told)
            sections[-1].note(figure)
        if in_table and is_totals(row):
            sections[-1].totals.append(_totals(row, number, header.columns))
    return [section for section in sections if section.tells_something()]


def _turn_to(sections: list[Section], account: str) -> None:
    last = sections[-1]
    if last.account is None and not last.entries:
        last.account = account
    elif last.account != account:
        sections.append(Section(account=account))


def _entry(sheet: Sheet, number: int, header: Header) -> Entry | None:
    """The row as an entry; None when it is none. Refused when it has money and no day."""
    row, columns = sheet.rows[number - 1], header.columns
    told = _at(number, day_of, _cell(row, columns.get(Meaning.DAY)))
    if told is None:
        if _holds_money(row, columns) and not is_sums(row) and not any(figures_of(row)):
            raise StatementRefused(refusals.NO_DAY, row=number)
        return None
    day, instant = told
    width = len(sheet.rows[header.first_line - 1]) if sheet.is_text else len(row)
    if any(not is_blank(cell) for cell in row[width:]):
        raise StatementRefused(refusals.MORE_CELLS, row=number)
    change = _change(sheet, number, columns)
    balance_cell = _cell(row, columns.get(Meaning.BALANCE))
    balance = None if is_blank(balance_cell) else _at(number, amount_of, balance_cell)
    if change == 0:
        return Entry(number, None, balance)
    line = ToldLine(
        day=day,
        side=LineSide.CREDIT if change > 0 else LineSide.DEBIT,
        amount=abs(change),
        description=_text(row, columns, Meaning.DESCRIPTION) or "",
        reference=_text(row, columns, Meaning.REFERENCE, LONGEST_NUMBER)
        or text_of(below_day(_cell(row, columns.get(Meaning.DAY))), max_length=LONGEST_NUMBER)
        or None,
        balance_after=balance,
        counter_name=_text(row, columns, Meaning.COUNTER_NAME, LONGEST_NAME),
        counter_account=_text(row, columns, Meaning.COUNTER_ACCOUNT, LONGEST_NUMBER),
        at=instant,
    )
    return Entry(number, line, balance)


def _change(sheet: Sheet, number: int, columns: Mapping[Meaning, int]) -> int:
    """What a line adds to the balance. Some banks write a minus in the column of debits too."""
    row = sheet.rows[number - 1]
    for meaning in (Meaning.CREDIT, Meaning.DEBIT, Meaning.AMOUNT):
        if (number, columns.get(meaning)) in sheet.formulas:
            raise StatementRefused(refusals.FORMULA, row=number)
    credit, debit, amount = (
        _at(number, amount_of, _cell(row, columns.get(meaning)))
        for meaning in (Meaning.CREDIT, Meaning.DEBIT, Meaning.AMOUNT)
    )
    if credit and debit:
        raise StatementRefused(refusals.BOTH_SIDES, row=number)
    if credit < 0:
        raise StatementRefused(refusals.NEGATIVE_CREDIT, row=number)
    if amount and Meaning.SIDE in columns:
        amount = abs(amount) * _at(number, side_of, _cell(row, columns[Meaning.SIDE]))
    change = amount or credit - abs(debit)
    if abs(change) > MAX_AMOUNT:
        raise StatementRefused(refusals.AMOUNT_BOUNDS, row=number)
    return change


def _holds_money(row: Row, columns: Mapping[Meaning, int]) -> bool:
    for meaning in (Meaning.CREDIT, Meaning.DEBIT, Meaning.AMOUNT):
        try:
            if amount_of(_cell(row, columns.get(meaning))):
                return True
        except UnreadableCell:
            continue
    return False


def _totals(row: Row, number: int, columns: Mapping[Meaning, int]) -> Totals:
    debits, credited = (
        None if is_blank(cell) else abs(_at(number, amount_of, cell))
        for cell in (_cell(row, columns.get(m)) for m in (Meaning.DEBIT, Meaning.CREDIT))
    )
    return Totals(number, debits, credited)


def _text(
    row: Row, columns: Mapping[Meaning, int], meaning: Meaning, max_length: int = 500
) -> str | None:
    return text_of(_cell(row, columns.get(meaning)), max_length=max_length) or None


def _cell(row: Row, column: int | None) -> Cell:
    return row[column] if column is not None and column < len(row) else ""


def _at(number: int, read: Callable[[Cell], Read], cell: Cell) -> Read:
    try:
        return read(cell)
    except UnreadableCell as error:
        raise StatementRefused(error.message, row=number) from error


def accounts_of(sections: Iterable[Section]) -> list[str]:
    """The numbers that sections name, once each, in their order."""
    return list(dict.fromkeys(s.account for s in sections if s.account is not None))
