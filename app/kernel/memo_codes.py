"""Codes that people carry through a bank's memo: short, no look-alikes, checked, found anywhere.

Banks put their own words before and after, change case, part or join words, and cut
(domain.md §6.2); phones and eyes take O for 0 and I or L for 1.
"""

import re
import secrets
import unicodedata
from typing import Final

from app.kernel.ids import CROCKFORD

PREFIX: Final = "KH"
RANDOM_SIGNS: Final = 8
SIGNS: Final = RANDOM_SIGNS + 1
_VALUE: Final = {sign: value for value, sign in enumerate(CROCKFORD)}
# x^5 + x^2 + 1: with it 2 generates GF(32), so doubling gives every place a weight of its own.
_FIELD: Final = 0b100101
_DOUBLED: Final = tuple(value << 1 ^ (_FIELD if value & 0b10000 else 0) for value in range(32))

_D_WITH_STROKE: Final = str.maketrans("Đ", "D")
_BETWEEN_SIGNS: Final = re.compile(r"[^0-9A-Z]+")
_LOOK_ALIKES: Final = str.maketrans("OIL", "011")
# Looks ahead, for what the bank wrote may itself end like a code that begins: "khKH…", "KKH…".
_LIKE_CODE: Final = re.compile(rf"(?={PREFIX}([{CROCKFORD}]{{{SIGNS}}}))")


def new_memo_code() -> str:
    """A new code: KH, 40 random bits in base 32, and the sign that proves them."""
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(RANDOM_SIGNS))
    return f"{PREFIX}{drawn}{_check_sign(drawn)}"


def codes_in(text: str) -> tuple[str, ...]:
    """The codes that a text names, each once, in order.

    What is cut, or wrong in any one sign or two neighbours changed about, is no code. Another
    word after KH passes for one by chance, one time in 32: ask whether the code was given out.
    """
    told = dict.fromkeys(_LIKE_CODE.findall(_signs(text)))
    return tuple(f"{PREFIX}{code}" for code in told if _check_sign(code[:-1]) == code[-1])


def _signs(text: str) -> str:
    """Letters and digits, in capitals, without accents; all that parts them is left out."""
    capitals = unicodedata.normalize("NFKD", text).upper().translate(_D_WITH_STROKE)
    return _BETWEEN_SIGNS.sub("", capitals).translate(_LOOK_ALIKES)


def _check_sign(drawn: str) -> str:
    """A sum over GF(32) in which every place weighs otherwise, none of them 0 or 1.

    The check sign itself weighs 1. So no single sign and no two neighbours can change unseen.
    """
    total = 0
    for sign in drawn:
        total = _DOUBLED[total ^ _VALUE[sign]]
    return CROCKFORD[total]
