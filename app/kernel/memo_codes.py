"""Codes that people carry through a bank's memo: short, no look-alikes, checked, found anywhere.

Banks put their own words before and after, change case, part or join words, and cut
(domain.md §6.2); phones and eyes take O for 0 and I or L for 1.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from typing import Final

from app.kernel.ids import CROCKFORD

PREFIX: Final = "KH"
RANDOM_SIGNS: Final = 8
SIGNS: Final = RANDOM_SIGNS + 1
LONGEST: Final = 10_000
_VALUE: Final = {sign: value for value, sign in enumerate(CROCKFORD)} | {"O": 0, "I": 1, "L": 1}
# x^5 + x^2 + 1: with it GF(32) has 2 as a generator, so all weights of a code differ.
_FIELD: Final = 0b100101
_START: Final = re.compile(r"K(?=H)")


def new_memo_code() -> str:
    """A new code: KH, 40 random bits in base 32, and the sign that proves them."""
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(RANDOM_SIGNS))
    return f"{PREFIX}{drawn}{_check_sign(drawn)}"


def codes_in(text: str) -> tuple[str, ...]:
    """The codes that a text names, each once, in order.

    What is cut, or wrong in any one sign or two neighbours changed about, is no code.
    """
    signs = "".join(_signs(text[:LONGEST]))
    found = (_code_at(signs, start.end() + 1) for start in _START.finditer(signs))
    return tuple(dict.fromkeys(code for code in found if code))


def _signs(text: str) -> Iterator[str]:
    """Letters and digits in capitals without accents; all that parts them is left out."""
    for sign in unicodedata.normalize("NFKD", text).upper():
        if sign.isascii() and sign.isalnum():
            yield sign
        elif sign == "Đ":
            yield "D"


def _code_at(signs: str, place: int) -> str | None:
    told = signs[place : place + SIGNS]
    if len(told) < SIGNS or any(sign not in _VALUE for sign in told):
        return None
    code = "".join(CROCKFORD[_VALUE[sign]] for sign in told)
    return f"{PREFIX}{code}" if _check_sign(code[:-1]) == code[-1] else None


def _check_sign(drawn: str) -> str:
    """A sum over GF(32) in which every place has a weight of its own, none of them 0 or 1."""
    total = 0
    for sign in drawn:
        total = _doubled(total ^ _VALUE[sign])
    return CROCKFORD[total]


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 0b100000 else value
