"""One cell of a bank's file: its text, its amount, its day. Banks write otherwise than people do.

What two people could read differently is refused (reliability.md §4.6 M, D, F).
"""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Final

from app.banking.statements import refusals
from app.banking.statements.words import CREDIT_SIDES, DEBIT_SIDES
from app.kernel.clock import HANOI
from app.kernel.days import FIRST_DAY, LAST_DAY
from app.kernel.text import disarm, fold

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]

MAX_BALANCE: Final = 10**15
"""In đồng; more is no account of an association, and less than a float can hold to the đồng."""

# Beyond this a number in a sheet has lost digits: as the name of something it is wrong.
_EXACT: Final = 10**15

_CURRENCY: Final = re.compile(r"(?:^(?:vnd|vnđ|₫|đ) ?|[ ]?(?:vnd|vnđ|đồng|đ|₫)\.?$)")
_SPACES: Final = re.compile(r"[ \t\r\n\u00a0\u2009\u202f]+")
_SIGNED: Final = re.compile(r"\((.*)\)|([+-]?) ?(.*?) ?(-?)")
_DIGITS: Final = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?")
_GROUPS: Final = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?"
    r"|([0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}))?"
    r"|([0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]{1,2}))?"
)
_NOTHING: Final = frozenset({"", "-", "–", "—"})

_VIETNAMESE_DAY: Final = re.compile(
    r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?:[ ,T]+(.+))?", re.DOTALL
)
_ISO_DAY: Final = re.compile(r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})(?:[ T]+(.+))?", re.DOTALL)
_TIME: Final = re.compile(
    r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]{1,6})?)?"
    r"( ?[AaPp][Mm])?(Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?"
)
_NOON: Final = 12
_LONGEST_AMOUNT: Final = 100


class UnreadableCell(ValueError):
    """A cell that cannot be taken; `message` has a place for its row."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def text_of(cell: Cell, *, max_length: int = 500) -> str:
    """The cell as one harmless line. A number is its digits, or "" when the sheet lost some."""
    if isinstance(cell, str):
        return disarm(cell, max_length=max_length)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell.isoformat() if isinstance(cell, date) else ""
    return str(int(cell)) if abs(cell) < _EXACT and cell == int(cell) else ""


def amount_of(cell: Cell) -> int:
    """The đồng in a cell, with a sign; 0 when it is blank or a dash.

    Takes numbers, and text in groups by comma, point or space, with ",00" or ".00", VND around it,
    a minus before or behind, or brackets. Raises UnreadableCell.
    """
    if isinstance(cell, str):
        return _bounded(_written(cell))
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        raise UnreadableCell(refusals.AMOUNT)
    if cell != int(cell):
        raise UnreadableCell(refusals.FRACTION)
    return _bounded(int(cell))


def side_of(cell: Cell) -> int:
    """1 for money in, -1 for money out: Có, Nợ, C, D, +, -. Raises UnreadableCell."""
    told = fold(text_of(cell)).strip(" ()")
    if told in CREDIT_SIDES:
        return 1
    if told in DEBIT_SIDES:
        return -1
    raise UnreadableCell(refusals.SIDE)


def is_blank(cell: Cell) -> bool:
    """Whether a cell tells nothing: white space, or a dash in place of a number."""
    return isinstance(cell, str) and _spaced(cell) in _NOTHING


def day_of(cell: Cell) -> tuple[date, datetime | None] | None:
    """The day in a cell and, when one is told, the instant; None for what looks like no day.

    Takes dates of a sheet, 02/11/2026 and 2026-11-02 (also with - or .), with or without a time;
    midnight is no time, and what a bank writes under the day is let be. Raises UnreadableCell for
    what looks like a day and is none.
    """
    if isinstance(cell, datetime):
        return _instant(cell)
    if isinstance(cell, date):
        return _within(cell), None
    if not isinstance(cell, str):
        return None
    written = _spaced(cell.strip().partition("\n")[0] if below_day(cell) else cell)
    first, iso = _VIETNAMESE_DAY.fullmatch(written), _ISO_DAY.fullmatch(written)
    if first:
        return _day(f"{first[4]}-{first[3]:0>2}-{first[1]:0>2}", first[5])
    if iso:
        return _day(f"{iso[1]}-{iso[3]}-{iso[4]}", iso[5])
    if re.match(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]", written):
        raise UnreadableCell(refusals.DAY)
    return None


def below_day(cell: Cell) -> str:
    """What stands under a day in its own cell, such as its reference (Vietcombank); "" if none."""
    if not isinstance(cell, str):
        return ""
    below = _spaced(cell.strip().partition("\n")[2])
    return "" if _TIME.fullmatch(below) else below


def _spaced(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _written(text: str) -> int:
    if len(text) > _LONGEST_AMOUNT:
        raise UnreadableCell(refusals.AMOUNT)
    written = _CURRENCY.sub("", _spaced(text).lower().replace("\u2212", "-"))
    if written in _NOTHING:
        return 0
    signed = _SIGNED.fullmatch(written)
    if signed is None or (signed[2] and signed[4]):
        raise UnreadableCell(refusals.AMOUNT)
    in_brackets = signed[1] is not None
    amount = _unsigned(_CURRENCY.sub("", signed[1] if in_brackets else signed[3]))
    is_minus = in_brackets or "-" in {signed[2], signed[4]}
    return -amount if is_minus else amount


def _unsigned(body: str) -> int:
    match = _DIGITS.fullmatch(body) or _GROUPS.fullmatch(body)
    if match is None:
        raise UnreadableCell(refusals.AMOUNT)
    parts = [part for part in match.groups() if part is not None]
    if len(parts) > 1 and int(parts[1]):
        raise UnreadableCell(refusals.FRACTION)
    return int(re.sub(r"[., ]", "", parts[0]))


def _bounded(amount: int) -> int:
    if abs(amount) > MAX_BALANCE:
        raise UnreadableCell(refusals.AMOUNT_BOUNDS)
    return amount


def _day(iso: str, clock: str | None) -> tuple[date, datetime | None]:
    try:
        day = _within(date.fromisoformat(iso))
    except ValueError as error:
        raise UnreadableCell(refusals.DAY) from error
    return (day, None) if clock is None else _instant(_on(day, clock))


def _on(day: date, clock: str) -> datetime:
    told = _TIME.fullmatch(clock.strip())
    if told is None:
        raise UnreadableCell(refusals.DAY)
    hour = int(told[1])
    if told[4]:
        if not 1 <= hour <= _NOON:
            raise UnreadableCell(refusals.DAY)
        hour = hour % _NOON + _NOON * ("p" in told[4].lower())
    minute, second = int(told[2]), int(told[3] or 0)
    zone = (told[5] or "").replace("Z", "+00:00")
    return datetime.fromisoformat(f"{day.isoformat()}T{hour:02}:{minute:02}:{second:02}{zone}")


def _instant(told: datetime) -> tuple[date, datetime | None]:
    """A wall clock is Hà Nội's. Midnight is how sheets and banks write a day alone."""
    if told.tzinfo is None:
        local = told.replace(tzinfo=HANOI)
        return _within(local.date()), None if local.time() == time.min else local
    local = told.astimezone(HANOI)
    return _within(local.date()), local


def _within(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise UnreadableCell(refusals.DAY)
    return day
