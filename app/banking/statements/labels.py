"""Figures that stand beside a label: whose account it is, opening, closing, sums."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from app.banking.statements.cells import Cell, Row, UnreadableCell, amount_of, is_blank, text_of
from app.banking.statements.words import (
    ACCOUNT,
    BEGINS_SUMS,
    CLOSING,
    CURRENCY,
    NO_LABEL,
    OPENING,
    TOTALS,
)
from app.kernel.text import fold


class Label(Enum):
    """What a labelled cell may tell."""

    ACCOUNT = auto()
    OPENING = auto()
    CLOSING = auto()
    CURRENCY = auto()


@dataclass(frozen=True, slots=True)
class Figure:
    """A label's value: an account's number, a currency's letters, or đồng."""

    label: Label
    told: str = ""
    amount: int | None = None


# The longest phrase first, so that an old number is not taken for the account's.
_PHRASES: Final = sorted(
    (
        *((phrase, Label.ACCOUNT) for phrase in ACCOUNT),
        *((phrase, Label.OPENING) for phrase in OPENING),
        *((phrase, Label.CLOSING) for phrase in CLOSING),
        *((phrase, Label.CURRENCY) for phrase in CURRENCY),
        *((phrase, None) for phrase in NO_LABEL),
    ),
    key=lambda each: -len(each[0]),
)
_MARKS: Final = " /:.()|-–=*\t"
_NOISE: Final = re.compile(
    r"(?:\(?vnd\)?|(?:tai )?ngay|as of|at|on|date|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})"
    r"(?![0-9a-z])"
)
_NUMBER: Final = re.compile(
    r"[0-9a-z]*[0-9][0-9a-z]{5,29}(?![0-9a-z])|[0-9]{2,}(?:[ .-][0-9]{2,})+"
)
_CURRENCY: Final = re.compile("[a-z]{3}")
_SPACERS: Final = re.compile("[ .-]")
_LONGEST: Final = 200
# The same words stand in many cells, and a cell is looked at from each label before it.
_KNOWN_TEXTS: Final = 2_000


def figures_of(
    row: Row, balance: int | None = None, below: Sequence[Cell] = ()
) -> Iterator[Figure]:
    """The labelled figures of a row: inside their label's cell, beside it, or in the row `below`.

    In a table the figure stands in the column of balances, if that is not blank.
    """
    for column, cell in enumerate(row):
        label, rest = _labelled(cell)
        if label is None:
            continue
        under = below[column : column + 1]
        values = [rest] if rest else [*_around(row, column, balance), *under]
        value = next(filter(None, (_figure(label, each) for each in values)), None)
        if value is not None:
            yield value


def is_sums(row: Row) -> bool:
    """Whether a row is sums of lines: of a page, a day or all."""
    return is_totals(row) or " ".join(_first_halves(row)).startswith(BEGINS_SUMS)


def is_totals(row: Row) -> bool:
    """Whether a row is the sums of all lines."""
    halves = _first_halves(row)
    return bool(halves) and TOTALS.issuperset(halves)


def plain_number(account: str) -> str:
    """An account's number as it is compared: without blanks, marks and zeros in front."""
    return re.sub(r"[^0-9A-Z]", "", account.upper()).lstrip("0")


def _labelled(cell: Cell) -> tuple[Label | None, str]:
    """The label that a cell begins with, in one or two languages, and what follows it."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None, ""
    return _label_in(cell)


@lru_cache(_KNOWN_TEXTS)
def _label_in(text: str) -> tuple[Label | None, str]:
    found, rest = None, fold(text).strip(_MARKS)
    while True:
        begun = next(((p, label) for p, label in _PHRASES if _begins(rest, p)), None)
        if begun is None:
            return found, rest
        found, rest = begun[1] if found is None else found, _after(rest, begun[0])
        if begun[1] is None:
            return None, ""


def _begins(text: str, phrase: str) -> bool:
    return text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum()


def _after(text: str, phrase: str) -> str:
    rest = text[len(phrase) :].lstrip(_MARKS)
    while noise := _NOISE.match(rest):
        rest = rest[noise.end() :].lstrip(_MARKS)
    # A minus belongs to its number.
    at = text.rfind(rest) if rest else 0
    return f"-{rest}" if at and text[at - 1] == "-" and rest[:1].isdigit() else rest


def _around(row: Row, column: int, balance: int | None) -> list[Cell]:
    """Cells that may hold a label's value, the likeliest first."""
    in_balance = [row[balance]] if balance is not None and balance < len(row) else []
    to_the_right = row[column + 1 :]
    cut = next((i for i, c in enumerate(to_the_right) if _labelled(c)[0]), len(to_the_right))
    to_the_left = row[:column][::-1] if balance is not None else []
    return [*in_balance, *to_the_right[:cut], *to_the_left]


def _figure(label: Label, value: Cell) -> Figure | None:
    if is_blank(value):
        return None
    if label is Label.ACCOUNT:
        number = _NUMBER.match(fold(text_of(value)))
        return Figure(label, told=_SPACERS.sub("", number[0]).upper()) if number else None
    if label is Label.CURRENCY:
        letters = _CURRENCY.fullmatch(fold(text_of(value)))
        return Figure(label, told=letters[0].upper()) if letters else None
    try:
        return Figure(label, amount=amount_of(value))
    except UnreadableCell:
        return None


def _first_halves(row: Row) -> list[str]:
    """The first text of a row, in the halves of its languages."""
    texts = (cell for cell in row if isinstance(cell, str) and cell.strip())
    halves = re.split(r"[/()|]", fold(next(texts, "")[:_LONGEST]))
    return [half for half in (re.sub(r"[^a-z]+", " ", h).strip() for h in halves) if half]
