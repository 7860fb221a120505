"""Amounts in Vietnamese words, as vouchers and receipts must carry them.

Style of the forms: linh, nghìn, tỷ; first letter capital; ends in "đồng" (domain.md §6.6).
"""

MAX_IN_WORDS = 10**15
"""The largest number that is put into words, in đồng."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9


def amount_in_words(amount: int) -> str:
    """Write 55000 as "Năm mươi lăm nghìn đồng". Takes whole đồng from 0 to MAX_IN_WORDS.

    Raises ValueError outside that range: a receipt never carries such an amount.
    """
    if not 0 <= amount <= MAX_IN_WORDS:
        message = f"cannot write {amount} in words: outside 0 to {MAX_IN_WORDS}"
        raise ValueError(message)
    words = " ".join(_number(amount, is_first=True)) or _DIGITS[0]
    return f"{words[0].upper()}{words[1:]} đồng"


def _number(number: int, *, is_first: bool) -> list[str]:
    """Words of a number; nothing for zero. A part that is not the first names its zeros."""
    billions, rest = divmod(number, _BILLION)
    words = [*_number(billions, is_first=is_first), "tỷ"] if billions else []
    for scale, name in ((10**6, ["triệu"]), (10**3, ["nghìn"]), (1, [])):
        group = rest // scale % 1000
        if group:
            words += _group(group, is_first=is_first and not words) + name
    return words


def _group(group: int, *, is_first: bool) -> list[str]:
    """Words of 1 to 999; after another group the empty hundreds are read too."""
    hundreds, rest = divmod(group, 100)
    if not hundreds and is_first:
        return _below_hundred(rest)
    words = [_DIGITS[hundreds], "trăm"]
    if 0 < rest < 10:  # noqa: PLR2004 - ten is the base of the numerals
        return [*words, "linh", _DIGITS[rest]]
    return words + (_below_hundred(rest) if rest else [])


def _below_hundred(number: int) -> list[str]:
    tens, ones = divmod(number, 10)
    if not tens:
        return [_DIGITS[ones]]
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if not ones:
        return words
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    return [*words, "lăm" if ones == 5 else _DIGITS[ones]]  # noqa: PLR2004 - năm turns to lăm
