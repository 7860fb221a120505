"""From an aggregator's list to the movements of one account."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Final

from app.banking.feeds.protocol import FeedTelling, Malformed, Pulled

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


def collect(
    entries: Iterable[object],
    read: Callable[[object], FeedTelling],
    account_number: str,
    days: tuple[date, date],
) -> Pulled:
    """The movements of an account (with or without zeros before it) on those days, oldest first.

    An entry that cannot be read is counted and stops no other: the list is asked for every night,
    and would else be stopped by it every night.
    """
    found: dict[str, FeedTelling] = {}
    unreadable = 0
    first, last = days
    number = account_number.lstrip("0")
    for entry in entries:
        try:
            told = read(entry)
        except Malformed:
            unreadable += 1
            continue
        if told.account_number.lstrip("0") == number and first <= told.telling.line.day <= last:
            found.setdefault(told.telling.place, told)
    return Pulled(tuple(sorted(found.values(), key=_age)), unreadable)


def _age(told: FeedTelling) -> tuple[date, datetime, int, str]:
    """Aggregators number upwards, which parts those of one second."""
    line, place = told.telling.line, told.telling.place
    return line.day, line.at or _START, len(place), place
