"""What strangers' software sends, read strictly: JSON without tricks, money, moments, names."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from app.banking.feeds.protocol import Malformed
from app.kernel.clock import HANOI, local
from app.kernel.days import parse_iso_day
from app.kernel.money import MAX_AMOUNT
from app.kernel.text import Unreadable, disarm

MAX_BODY: Final = 256 * 1024
"""Bytes; one movement takes less than one of them in a hundred."""
MAX_BALANCE: Final = 10**15
MAX_TEXT: Final = 500
MAX_NAME: Final = 200

_DEPTH: Final = 16
_MOST: Final = 20_000
_LONGEST_NUMBER: Final = 19
_WRITTEN: Final = re.compile(r"(-?[0-9]{1,16})(?:\.0{1,4})?")
_KEY: Final = re.compile(r"[0-9A-Za-z._:-]{1,100}")
_ACCOUNT: Final = re.compile(r"[0-9A-Z]{4,34}")
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_MIDNIGHT: Final = "00:00:00"


def parse(raw: bytes, *, at_most: int = MAX_BODY) -> object:
    """Read JSON in UTF-8: fractions as Decimal, whole numbers as int.

    Raises:
        Malformed: it is larger than `at_most` bytes, another encoding, no JSON, or JSON that two
            readers may take differently: a name twice in one object, NaN, 1e9, endless digits;
            or it has more parts, or deeper ones, than a list of movements ever has.
    """
    if len(raw) > at_most:
        raise Malformed("size")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_int,
            parse_float=_fraction,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("json") from error
    _refuse_tangle(value)
    return value


def _refuse_tangle(value: object) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(_DEPTH):
        parts = (each.values() if isinstance(each, dict) else each for each in level)
        level = [one for part in parts for one in part if isinstance(one, dict | list)]
        if len(level) > _MOST:
            raise Malformed("parts")
    if level:
        raise Malformed("depth")


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise Malformed("a name twice")
    return told


def _int(literal: str) -> int:
    if len(literal) > _LONGEST_NUMBER:
        raise Malformed("number")
    return int(literal)


def _fraction(literal: str) -> Decimal:
    if len(literal) > _LONGEST_NUMBER or "e" in literal.lower():
        raise Malformed("number")
    return Decimal(literal)


def _no_number(literal: str) -> object:
    raise Malformed(literal)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one movement. Every reader takes names in order, for one thing goes by many."""

    told: Mapping[str, object]

    @classmethod
    def of(cls, value: object) -> "Fields":
        """The fields of a JSON object.

        Raises:
            Malformed: it is something else.
        """
        if not isinstance(value, dict):
            raise Malformed("no object")
        return cls(value)

    def first(self, *names: str) -> object:
        """What is told under the first of these names that tells anything; None for nothing."""
        told = (self.told.get(name) for name in names)
        return next((value for value in told if value is not None and value != ""), None)

    def text(self, *names: str, at_most: int = MAX_TEXT) -> str:
        """A line of harmless text, "" when there is none."""
        value = self.first(*names)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Malformed(names[0])
        return disarm(value, max_length=at_most)

    def label(self, *names: str) -> str | None:
        """A number as banks give them to things: text, or the digits of a JSON number."""
        value = self.first(*names)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(*names, at_most=MAX_NAME) or None

    def key(self, *names: str) -> str:
        """The aggregator's id of the movement."""
        value = self.label(*names)
        if value is None or not _KEY.fullmatch(value):
            raise Malformed(names[0])
        return value

    def account(self, *names: str) -> str:
        """The number of the account, without the marks that people part it by."""
        number = re.sub(r"[ .-]", "", self.label(*names) or "").upper()
        if not _ACCOUNT.fullmatch(number):
            raise Malformed(names[0])
        return number

    def money(self, *names: str) -> int:
        """Whole đồng of either sign, 0 when nothing is told."""
        value = self.first(*names)
        if value is None:
            return 0
        amount = _whole(value)
        if amount is None or abs(amount) > MAX_BALANCE:
            raise Malformed(names[0])
        return amount

    def balance(self, *names: str) -> int | None:
        """What the movement left on the account, if in whole đồng; 0 is said where nobody knows."""
        value = self.first(*names)
        if isinstance(value, Decimal) and value != int(value):
            return None
        told = self.money(*names)
        return told if told > 0 else None

    def moment(self, *names: str) -> tuple[date, datetime | None]:
        """The day in Việt Nam, and the instant; without it when the hour is told as midnight.

        Aggregators write the clock of Việt Nam unless they name another zone, and midnight where
        the bank told a day alone.
        """
        value = self.first(*names)
        told = _MOMENT.fullmatch(value) if isinstance(value, str) else None
        if told is None:
            raise Malformed(names[0])
        try:
            return _moment(told[1], told[2], told[3])
        except (Unreadable, ValueError, OverflowError) as error:
            raise Malformed(names[0]) from error


def amount_of(told: int) -> int:
    """An amount that one movement may have.

    Raises:
        Malformed: it is zero, negative or beyond all measure.
    """
    if not 0 < told <= MAX_AMOUNT:
        raise Malformed("amount")
    return told


def fuller(one: str, other: str) -> str:
    """The longer of two texts about one movement; the first of equals."""
    return max(one, other, key=len)


def _whole(value: object) -> int | None:
    """A whole number, also as text or with an empty fraction: 5000, "5000", "5000.00"."""
    if not isinstance(value, int | Decimal | str):
        return None
    written = _WRITTEN.fullmatch(str(value))
    return int(written[1]) if written else None


def _moment(day: str, hour: str | None, zone: str | None) -> tuple[date, datetime | None]:
    parsed = parse_iso_day(day)
    if hour is None or (hour == _MIDNIGHT and zone is None):
        return parsed, None
    at = datetime.fromisoformat(f"{day}T{hour}{(zone or '').replace('Z', '+00:00')}")
    at = at.astimezone(HANOI) if zone else at.replace(tzinfo=HANOI)
    return parse_iso_day(local(at).date().isoformat()), at.astimezone(UTC)
