"""The square code that a bank's app pays by: EMVCo fields as NAPAS wants them (domain.md §6.2).

Built and drawn here, so that no third party learns who gives to whom.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import Final

import segno

from app.kernel.errors import Invalid, marked

GUID: Final = "A000000727"
TO_ACCOUNT: Final = "QRIBFTTA"
DONG, VIETNAM = "704", "VN"
STATIC, DYNAMIC = "11", "12"
LONGEST_MEMO: Final = 25
LARGEST: Final = 9_999_999_999_999
"""Thirteen digits: the field takes no more, though the book does (kernel.money)."""

_BIN: Final = re.compile(r"[0-9]{6}")
_NUMBER: Final = re.compile(r"[0-9A-Za-z]{1,19}")
_BILL: Final = re.compile(r"[0-9A-Za-z]{1,25}")
_MEMO: Final = re.compile(rf"[0-9A-Za-z ]{{1,{LONGEST_MEMO}}}")
_D_WITH_STROKE: Final = str.maketrans("Đđ", "Dd")
_QUIET: Final = 4  # modules of white around the code, without which some cameras see none
_MASK: Final = 2  # any can be read, and choosing the best of eight costs five times the rest
_DARK_RUN: Final = re.compile(rb"\x01+")


@dataclass(frozen=True, slots=True)
class Payee:
    """An account at a bank: its NAPAS number (BIN) and the account's own number or alias.

    Raises Invalid unless these are six digits, and 1 to 19 letters without accents and digits.
    """

    bank: str
    number: str

    def __post_init__(self) -> None:
        if not (_BIN.fullmatch(self.bank) and _NUMBER.fullmatch(self.number)):
            raise Invalid("number", marked("Số tài khoản này không đưa vào mã VietQR được."))


def static_payload(payee: Payee, memo: str | None = None) -> str:
    """What a poster shows: the payer types the amount.

    Raises Invalid for a memo that spoken_memo refuses.
    """
    return _payload(payee, STATIC, amount="", extra=_extra(memo, None))


def dynamic_payload(payee: Payee, amount: int, memo: str, bill: str | None = None) -> str:
    """What one gift shows: amount in đồng and memo are filled in for the payer.

    `bill` is a number of ours that some banks keep beside the memo. Raises Invalid for an amount
    outside 1 to LARGEST, a memo that spoken_memo refuses, a bill not of 1 to 25 letters and digits.
    """
    if not 1 <= amount <= LARGEST:
        raise Invalid("amount", marked("Số tiền này không đưa vào mã VietQR được."))
    return _payload(payee, DYNAMIC, amount=str(amount), extra=_extra(memo, bill))


def spoken_memo(memo: str) -> str:
    """The memo as banks carry it: in ASCII, single spaces, 1 to 25 letters and digits.

    Accents are left out. Raises Invalid for other signs and for what is longer: a memo that was
    cut might have lost its code.
    """
    letters = unicodedata.normalize("NFKD", memo).translate(_D_WITH_STROKE)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    said = " ".join(bare.split())
    if not _MEMO.fullmatch(said):
        message = marked(
            "Nội dung chuyển khoản chỉ gồm chữ, số và dấu cách, nhiều nhất %(letters)s ký tự."
        )
        raise Invalid("memo", message, letters=LONGEST_MEMO)
    return said


def qr_svg(payload: str, title: str = "VietQR") -> str:
    """The code as markup to stand in a page: no size, no style, nothing to fetch.

    Error correction M; `title` is what a screen reader says. One payload is always drawn alike.
    """
    matrix = segno.make(payload, error="m", micro=False, boost_error=False, mask=_MASK).matrix
    side = len(matrix) + 2 * _QUIET
    dark = "".join(
        f"M{run.start() + _QUIET} {row + _QUIET}h{len(run[0])}v1h-{len(run[0])}z"
        for row, modules in enumerate(matrix)
        for run in _DARK_RUN.finditer(modules)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="square-code" role="img"'
        f' viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{dark}"/></svg>'
    )


def _payload(payee: Payee, initiation: str, *, amount: str, extra: str) -> str:
    account = _field("00", payee.bank) + _field("01", payee.number)
    said = [
        _field("00", "01"),
        _field("01", initiation),
        _field("38", _field("00", GUID) + _field("01", account) + _field("02", TO_ACCOUNT)),
        _field("53", DONG),
        _field("54", amount),
        _field("58", VIETNAM),
        _field("62", extra),
        "6304",
    ]
    unproved = "".join(said)
    return f"{unproved}{_crc(unproved.encode('ascii')):04X}"


def _extra(memo: str | None, bill: str | None) -> str:
    if bill is not None and not _BILL.fullmatch(bill):
        raise Invalid("bill", marked("Số hoá đơn này không đưa vào mã VietQR được."))
    return _field("01", bill or "") + _field("08", spoken_memo(memo) if memo is not None else "")


def _field(tag: str, value: str) -> str:
    """A tag, two digits of length, the value; a field without a value is left out."""
    return f"{tag}{len(value):02}{value}" if value else ""


def _crc(content: bytes) -> int:
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in content:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc
