"""Proofs that a body is an aggregator's: compared in constant time, and for a moment only."""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from app.banking.feeds.protocol import Forged

TOLERANCE: Final = timedelta(seconds=300)

_LONGEST_HEADER: Final = 2000
_WRITER: Final = json.JSONEncoder(ensure_ascii=False)
LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def header(headers: Mapping[str, str], name: str) -> str | None:
    """The one header of this name in any case, or None.

    Raises:
        Forged: there are two, or it is endless or not ASCII.
    """
    told = [value for other, value in headers.items() if other.lower() == name.lower()]
    if not told:
        return None
    if len(told) > 1 or len(told[0]) > _LONGEST_HEADER or not told[0].isascii():
        raise Forged("header")
    return told[0].strip(" \t")


def refuse_other_time(signed_at: float, now: datetime) -> None:
    """Refuse what was signed (in seconds since 1970) too long before or after `now`.

    Raises:
        Forged: an old body is sent again, or a later one is prepared.
    """
    if abs(datetime.fromtimestamp(signed_at, UTC) - now) > TOLERANCE:
        raise Forged("time")


def digests(algorithm: str, secrets: Sequence[str], message: bytes) -> list[str]:
    """The HMAC of a message under each secret, in small hexadecimal; an empty secret has none."""
    return [hmac.new(s.encode(), message, algorithm).hexdigest() for s in secrets if s]


def refuse_unless_same(given: Sequence[str], expected: Sequence[str]) -> None:
    """Refuse unless one of what was given is one of what is expected; no clock tells which.

    Raises:
        Forged: none is.
    """
    same = [hmac.compare_digest(g.encode(), e.encode()) for g in given for e in expected]
    if not any(same):
        raise Forged("signature")


def json_text(value: object) -> str:
    """JSON as JavaScript writes it: no spaces; letters as they are, but halves of them escaped."""
    return LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", _json_text(value))


def _json_text(value: object) -> str:
    if isinstance(value, dict):
        told = (f"{_json_text(name)}:{_json_text(value[name])}" for name in value)
        return "{" + ",".join(told) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json_text, value)) + "]"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return _WRITER.encode(value)
