"""The header row: found by its words wherever it stands, or where a person said."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.banking.statements import refusals
from app.banking.statements.cells import Row, text_of
from app.banking.statements.mapping import HEADER_ROWS, ColumnMapping, Meaning, header_words
from app.banking.statements.words import HEADERS
from app.kernel.text import fold

_MEANINGS: Final[Mapping[str, tuple[Meaning, int]]] = {
    phrase: (meaning, rank)
    for meaning, phrases in HEADERS.items()
    for rank, phrase in enumerate(phrases)
}
_HALVES: Final = re.compile(r"[/()\[\]|\n\r:;*–-]+")
_WORDS: Final = re.compile(r"[^a-z0-9']+")
_UNITS: Final = frozenset({"", "vnd", "dong", "d", "vn"})
_IS_NUMBER: Final = re.compile(r"(?:stt |so tt )?no")
_LEAST_COLUMNS: Final = 3
_LONGEST: Final = 200
# Of these a second column of the same name is asked about.
_DECISIVE: Final = (
    *(Meaning.DAY, Meaning.CREDIT, Meaning.DEBIT, Meaning.AMOUNT, Meaning.SIDE, Meaning.BALANCE),
)


@dataclass(frozen=True, slots=True)
class Header:
    """Rows before `first_line` are no lines; a column is counted from 0."""

    first_line: int
    columns: Mapping[Meaning, int]


class TwoMeanings(ValueError):
    """Two columns of money or of days in one header that nothing tells apart."""


def find_header(rows: Sequence[Row]) -> Header | None:
    """The header among the first rows whose words say most; None when no row is one.

    A header may stand in two rows, the upper one naming groups. Raises TwoMeanings.
    """
    best: Header | None = None
    texts = [_texts(row) for row in rows[: HEADER_ROWS + 1]]
    for index, row in enumerate(texts[:HEADER_ROWS]):
        below = texts[index + 1] if index + 1 < len(texts) else []
        for first_line, cells in ((index + 1, row), (index + 2, _under(row, below))):
            columns = _columns(cells)
            if _is_header(columns) and (best is None or len(columns) > len(best.columns)):
                best = Header(first_line, columns)
    return best


def mapped_header(rows: Sequence[Row], mapping: ColumnMapping) -> Header | None:
    """The header that a person told of; None when this file has none with the same words."""
    if not mapping.header:
        return Header(mapping.header_row, mapping.columns())
    for index, row in enumerate(rows[:HEADER_ROWS]):
        if header_words(_texts(row)) == mapping.header:
            return Header(index + 1, mapping.columns())
    return None


def preview_of(rows: Sequence[Row]) -> refusals.Preview:
    """The first rows as short texts."""
    return tuple(tuple(text_of(cell, max_length=80) for cell in row) for row in rows[:HEADER_ROWS])


def _texts(row: Row) -> list[str]:
    """Only texts can be words; a number or a date makes no header."""
    return [cell if isinstance(cell, str) and len(cell) <= _LONGEST else "" for cell in row]


def _under(upper: list[str], lower: list[str]) -> list[str]:
    """The texts of a header in two rows: what is empty below is said above."""
    width = max(len(upper), len(lower))
    pairs = zip(_wide(upper, width), _wide(lower, width), strict=True)
    return [below if below.strip() else above for above, below in pairs]


def _wide(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _columns(cells: list[str]) -> dict[Meaning, int]:
    """The best column of every meaning."""
    found: dict[Meaning, list[tuple[int, int]]] = {}
    for column, cell in enumerate(cells):
        told = _meaning(cell)
        if told is not None:
            found.setdefault(told[0], []).append((told[1], column))
    if Meaning.CREDIT in found:
        found.pop(Meaning.AMOUNT, None)
    if Meaning.AMOUNT not in found:
        found.pop(Meaning.SIDE, None)
    if _is_header(found) and any(_are_alike(found.get(meaning, [])) for meaning in _DECISIVE):
        raise TwoMeanings
    return {meaning: min(columns)[1] for meaning, columns in found.items()}


def _are_alike(columns: list[tuple[int, int]]) -> bool:
    return [rank for rank, _ in columns].count(min(columns, default=(0, 0))[0]) > 1


def _is_header(columns: Mapping[Meaning, object]) -> bool:
    has_money = Meaning.CREDIT in columns or Meaning.AMOUNT in columns
    return Meaning.DAY in columns and has_money and len(columns) >= _LEAST_COLUMNS


def _meaning(cell: str) -> tuple[Meaning, int] | None:
    """What a header's cell says: whole, or in the halves of its two languages."""
    if not cell.strip():
        return None
    told = [_MEANINGS.get(phrase) for phrase in _phrases(cell)]
    known = [meaning for meaning in told if meaning is not None]
    sides = {meaning for meaning, _ in known}
    if sides == {Meaning.CREDIT, Meaning.DEBIT}:
        return Meaning.SIDE, 0
    return known[0] if known and (len(sides) == 1 or told[0] is not None) else None


def _phrases(cell: str) -> list[str]:
    """The whole cell, else its halves, else the two parts that a blank parts."""
    whole = _plain(cell)
    if _IS_NUMBER.fullmatch(whole) and "ợ" not in unicodedata.normalize("NFC", cell).lower():
        return []  # "STT/No." counts lines; only "Nợ" is money.
    if whole in _MEANINGS:
        return [whole]
    halves = [half for half in map(_plain, _HALVES.split(cell)) if half not in _UNITS]
    if any(half in _MEANINGS for half in halves):
        return halves
    words = whole.removesuffix(" vnd").split(" ")
    for cut in range(len(words), 0, -1):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        if first in _MEANINGS and (not second or second in _MEANINGS):
            return [first]
    return []


def _plain(text: str) -> str:
    return _WORDS.sub(" ", fold(text).replace("’", "'")).strip(" ")
