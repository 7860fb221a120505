"""Whole đồng: read as people type them, written as the association prints them.

One strict reader for every road by which an amount comes in; what two people could read
differently is refused, or handed back as needing a person's confirmation (reliability.md §4.6 M).
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.text import LOOK_ALIKES, Unreadable

MAX_AMOUNT = 10**12
"""The largest amount one line may carry, in đồng."""

_LONGEST_INPUT = 64


class UnreadableMoney(Unreadable):
    """Not an amount of money that can be taken; `message` says what to type instead."""


@dataclass(frozen=True, slots=True)
class ParsedMoney:
    """An amount in đồng, and whether a person must first see it in words and agree."""

    amount: int
    needs_confirmation: bool


def parse_vnd(text: str) -> ParsedMoney:
    """Read an amount as typed: 1.500.000 đ, 1,5tr, 500k, 2 triệu rưỡi. Result 1 to MAX_AMOUNT đồng.

    Raises UnreadableMoney for everything else: signs, fractions of a đồng, words, other
    currencies, digits that are not 0-9, and ways of writing with two common readings (1tr05).
    """
    if len(text) > _LONGEST_INPUT:
        raise _too_long(text)
    typed = unicodedata.normalize("NFC", text).strip(_BLANKS).translate(_AS_TYPED).lower()
    ascii_digits = typed.translate(_FULL_WIDTH_DIGITS)
    body = _without_currency(ascii_digits)
    parsed = _written_out(body) or _scaled(body)
    if parsed is None:
        raise _refusal(typed)
    return ParsedMoney(
        amount=_bounded(parsed.amount),
        needs_confirmation=parsed.needs_confirmation or ascii_digits != typed,
    )


def parse_vnd_json(value: object) -> int:
    """Read an amount from JSON or a typed spreadsheet cell: a whole number, or text as parse_vnd.

    Text that would need confirmation is refused, since a machine cannot be asked. A Decimal (what
    json.loads(…, parse_float=Decimal) gives) shows how the number was written, so 500000.0 is
    taken and 1e6 is not; a float cannot show it, so any whole float passes. Raises UnreadableMoney
    for bool, None, containers, fractions, NaN and amounts outside 1 to MAX_AMOUNT.
    """
    if isinstance(value, str):
        parsed = parse_vnd(value)
        if parsed.needs_confirmation:
            raise UnreadableMoney(*_SEVERAL_READINGS)
        return parsed.amount
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise UnreadableMoney(*_NOT_A_WHOLE_NUMBER)
    if isinstance(value, int):
        return _bounded(value)
    return _bounded(_whole(value))


def format_vnd(amount: int) -> str:
    """Write đồng for people: 1.250.000 đ, with a plain minus before a negative amount."""
    return f"{amount:,} đ".replace(",", ".")


_BLANKS = " \t\r\n\u00a0\u2009\u202f"
_AS_TYPED = LOOK_ALIKES | dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " ")
_FULL_WIDTH_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}

_BEFORE = re.compile(r"(?:₫|đ|vnđ|vnd) ?")
_AFTER = re.compile(r" ?(?:₫|đồng|dong|vnđ|vnd|đ|d)\Z")

_PLAIN = re.compile(r"[0-9]+")
_DOTTED = re.compile(r"([1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,00)?")
_SPACED = re.compile(r"([1-9][0-9]{0,2}(?: [0-9]{3})+)")
_MANY_COMMAS = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3}){2,})")
_COMMAS = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.00)?")

_SCALES = {
    **dict.fromkeys(("tỷ", "tỉ", "ty", "ti"), 10**9),
    **dict.fromkeys(("triệu", "trieu", "tr"), 10**6),
    **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan", "k"), 10**3),
}
# Three digits after the mark could be a group or a fraction (1.500tr), so only two are read.
_PART = re.compile(rf"(0|[1-9][0-9]*)(?:([.,])([0-9]{{1,2}}))? ?({'|'.join(_SCALES)}) ?")
_HALF = ("rưỡi", "rưởi", "ruoi")

_WHAT_TO_TYPE = (
    "Nhập số tiền bằng chữ số, ví dụ 50.000 hoặc 50k.",
    "Enter the amount in digits, for example 50.000 or 50k.",
)
_NOTHING = ("Nhập số tiền, ví dụ 50.000 hoặc 50k.", "Enter the amount, for example 50.000 or 50k.")
_NOT_POSITIVE = (
    "Nhập số tiền lớn hơn 0, ví dụ 50.000 hoặc 50k.",
    "Enter an amount above 0, for example 50.000 or 50k.",
)
_TOO_LARGE = (
    "Số tiền lớn nhất là 1.000.000.000.000 đ. Kiểm tra lại các số 0.",
    "The largest amount is 1.000.000.000.000 đ. Check the zeros.",
)
_SEVERAL_READINGS = (
    "Số tiền này có thể hiểu nhiều cách. Viết đủ các chữ số, ví dụ 1.500.000.",
    "This amount can be read in several ways. Write all its digits, for example 1.500.000.",
)
_FOREIGN = (
    "Nhập số tiền bằng đồng Việt Nam, ví dụ 2.500.000 đ.",
    "Enter the amount in Vietnamese đồng, for example 2.500.000 đ.",
)
_NOT_A_WHOLE_NUMBER = (
    "Số tiền là một số nguyên đồng, ví dụ 500000.",
    "The amount is a whole number of đồng, for example 500000.",
)


def _without_currency(typed: str) -> str:
    before = _BEFORE.match(typed)
    if before:
        return typed[before.end() :]
    return _AFTER.sub("", typed)


def _written_out(body: str) -> ParsedMoney | None:
    """All digits are there, plain or in groups of three."""
    if _PLAIN.fullmatch(body):
        return ParsedMoney(int(body), needs_confirmation=body.startswith("0"))
    for pattern in (_DOTTED, _SPACED, _MANY_COMMAS):
        sure = pattern.fullmatch(body)
        if sure:
            return ParsedMoney(_joined(sure[1]), needs_confirmation=False)
    english = _COMMAS.fullmatch(body)
    return ParsedMoney(_joined(english[1]), needs_confirmation=True) if english else None


def _joined(groups: str) -> int:
    return int(re.sub(r"[., ]", "", groups))


def _scaled(body: str) -> ParsedMoney | None:
    """Read a number with its scale (1,5tr), several of them (1 tỷ 200 triệu), or a tail (1tr5)."""
    first = _PART.match(body)
    if first is None:
        return None
    amount, scale, confirm = _part(first)
    rest = body[first.end() :]
    if rest and (first[3] or not amount):
        return None
    while lower := _PART.match(rest):
        more, lower_scale, _ = _part(lower)
        if lower[3] or not 0 < more < scale:
            return None
        amount, scale, rest = amount + more, lower_scale, rest[lower.end() :]
    tail = _tail(rest, scale)
    if tail is None:
        return None
    return ParsedMoney(amount + tail.amount, confirm or tail.needs_confirmation)


def _part(match: re.Match[str]) -> tuple[int, int, bool]:
    whole, mark, fraction, unit = match.groups(default="")
    scale = _SCALES[unit]
    return int(whole + fraction) * scale // 10 ** len(fraction), scale, mark == "."


def _tail(rest: str, scale: int) -> ParsedMoney | None:
    """Read what follows the last scale: nothing, its half, tenths (1tr5), thousandths (10tr500)."""
    if not rest:
        return ParsedMoney(0, needs_confirmation=False)
    if rest in _HALF:
        return ParsedMoney(scale // 2, needs_confirmation=True)
    if re.fullmatch(r"[1-9]", rest):
        return ParsedMoney(int(rest) * scale // 10, needs_confirmation=True)
    if re.fullmatch(r"[0-9]{3}", rest):
        return ParsedMoney(int(rest) * scale // 1000, needs_confirmation=False)
    return None


def _whole(value: float | Decimal) -> int:
    if isinstance(value, Decimal):
        # NaN has a letter here; 1e6 has 6, 500000.0 has -1.
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or not -_LONGEST_INPUT < exponent < 0:
            raise UnreadableMoney(*_NOT_A_WHOLE_NUMBER)
    if not -MAX_AMOUNT <= value <= MAX_AMOUNT or value != int(value):
        raise UnreadableMoney(*_NOT_A_WHOLE_NUMBER)
    return int(value)


def _bounded(amount: int) -> int:
    if amount < 1:
        raise UnreadableMoney(*_NOT_POSITIVE)
    if amount > MAX_AMOUNT:
        raise UnreadableMoney(*_TOO_LARGE)
    return amount


def _too_long(text: str) -> UnreadableMoney:
    digits_only = text.isascii() and text.isdigit()
    return UnreadableMoney(*(_TOO_LARGE if digits_only else _WHAT_TO_TYPE))


def _refusal(typed: str) -> UnreadableMoney:
    """Choose the hint that helps with what was typed; the text itself is never echoed."""
    if not typed:
        return UnreadableMoney(*_NOTHING)
    if re.match(r"[-\u2212(]", typed):
        return UnreadableMoney(*_NOT_POSITIVE)
    if re.search(r"[$€£¥]|usd|eur|jpy|aud", typed):
        return UnreadableMoney(*_FOREIGN)
    if re.match(rf"[0-9]+(?:[.,][0-9]+|(?: ?(?:{'|'.join(_SCALES)}) ?[0-9]+))", typed):
        return UnreadableMoney(*_SEVERAL_READINGS)
    return UnreadableMoney(*_WHAT_TO_TYPE)
