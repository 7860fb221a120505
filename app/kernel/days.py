"""Calendar days: read as people type them, read strictly for machines, written as dd/mm/yyyy.

Days stay days: nothing here knows a clock or a zone (reliability.md §4.6 D).
"""

import re
from datetime import date

from app.kernel.text import Unreadable

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2099, 12, 31)

_TYPED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{1,3}")
_DIGITS_ALONE = re.compile(r"([0-9]{2})([0-9]{2})((?:19|20)?[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

_WHAT_TO_TYPE = (
    "Nhập ngày dương lịch theo thứ tự ngày/tháng/năm, ví dụ 02/11/2026.",
    "Enter the day as day/month/year in the solar calendar, for example 02/11/2026.",
)
_FOUR_DIGIT_YEAR = (
    "Viết đủ bốn chữ số của năm, ví dụ 02/11/2026.",
    "Write all four digits of the year, for example 02/11/2026.",
)
_NO_SUCH_DAY = (
    "Không có ngày này trong lịch. Nhập theo thứ tự ngày/tháng/năm, ví dụ 02/11/2026.",
    "There is no such day. Enter day/month/year, for example 02/11/2026.",
)
_ISO_ONLY = (
    "Ngày viết theo dạng năm-tháng-ngày, ví dụ 2026-11-02.",
    "A day is written year-month-day, for example 2026-11-02.",
)


class UnreadableDay(Unreadable):
    """Not a day that can be taken; `message` says what to type instead."""


def parse_day(text: str) -> date:
    """Read a day as typed: 02/11/2026, 2/11/2026, 02.11.2026, 2-11-2026 or 2026-11-02.

    On a telephone's keypad without marks: 02112026, or 021126 for a day of this century.
    Raises UnreadableDay for a day that does not exist, a year of fewer than four digits after a
    mark (the century is the writer's to say), words, times, lunar days, digits other than 0-9, and
    days outside FIRST_DAY to LAST_DAY.
    """
    typed = text.strip()
    iso = _ISO.fullmatch(typed)
    if iso:
        return _day(iso[1], iso[2], iso[3])
    written = _TYPED.fullmatch(typed)
    if written:
        return _day(written[4], written[3], written[1])
    alone = _DIGITS_ALONE.fullmatch(typed)
    if alone:
        return _day(f"20{alone[3]}"[-4:], alone[2], alone[1])
    raise UnreadableDay(*(_FOUR_DIGIT_YEAR if _SHORT_YEAR.fullmatch(typed) else _WHAT_TO_TYPE))


def parse_iso_day(value: object) -> date:
    """Read a day from JSON or a query string: exactly "2026-11-02", nothing around it.

    Raises UnreadableDay for anything else, and outside FIRST_DAY to LAST_DAY.
    """
    iso = _ISO.fullmatch(value) if isinstance(value, str) else None
    if iso is None:
        raise UnreadableDay(*_ISO_ONLY)
    return _day(iso[1], iso[2], iso[3])


def format_day(day: date) -> str:
    """Write a day for people: 02/11/2026."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def _day(year: str, month: str, day: str) -> date:
    if not FIRST_DAY.year <= int(year) <= LAST_DAY.year:
        raise UnreadableDay(*_year_hint(year))
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise UnreadableDay(*_NO_SUCH_DAY) from error


def _year_hint(year: str) -> tuple[str, str]:
    first, last = FIRST_DAY.year, LAST_DAY.year
    return (
        f"Năm {year} có đúng không? Nhập năm dương lịch từ {first} đến {last}.",
        f"Is the year {year} right? Enter a year from {first} to {last}.",
    )
