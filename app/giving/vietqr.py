"""The square code that a bank's app pays by: EMVCo fields as NAPAS wants them (domain.md §6.2).

Built and drawn here, so that no third party learns who gives to whom.
"""

import io
import re
from dataclasses import dataclass
from typing import Final

import segno

from app.kernel.errors import Invalid, marked

GUID: Final = "A000000727"
TO_ACCOUNT: Final = "QRIBFTTA"
DONG, VIETNAM = "704", "VN"
STATIC, DYNAMIC = "11", "12"
LONGEST_MEMO: Final = 25
LARGEST: Final = 9_999_999_999_999
MEMO: Final = re.compile(r"[A-Za-z0-9 ]{1,25}")
NUMBER: Final = re.compile(r"[A-Z0-9]{1,19}")
BIN: Final = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Payee:
    """An account at a bank: its NAPAS number (BIN) and the account's own."""

    bank: str
    number: str


def static_payload(payee: Payee, memo: str | None = None) -> str:
    """What a poster shows: the payer types the amount."""
    return _payload(payee, STATIC, amount=None, memo=memo)


def dynamic_payload(payee: Payee, amount: int, memo: str) -> str:
    """What one gift shows: amount in đồng and memo are filled in for the payer."""
    return _payload(payee, DYNAMIC, amount=amount, memo=memo)


def qr_svg(payload: str) -> str:
    """The code drawn as SVG with its quiet zone, to stand in a page; the page names it."""
    drawn = io.BytesIO()
    segno.make(payload, error="m", micro=False, boost_error=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, nl=False,
        svgclass="square-code", lineclass=None, light="#fff",
    )  # fmt: skip
    return drawn.getvalue().decode()


def _payload(payee: Payee, initiation: str, *, amount: int | None, memo: str | None) -> str:
    if not (BIN.fullmatch(payee.bank) and NUMBER.fullmatch(payee.number)):
        raise Invalid("number", marked("Số tài khoản này không đưa vào mã VietQR được."))
    if amount is not None and not 1 <= amount <= LARGEST:
        raise Invalid("amount", marked("Số tiền này không đưa vào mã VietQR được."))
    if memo is not None and not MEMO.fullmatch(memo):
        raise Invalid("memo", marked("Nội dung chuyển khoản chỉ gồm chữ không dấu và số."))
    account = _field("00", payee.bank) + _field("01", payee.number)
    said = [
        _field("00", "01"),
        _field("01", initiation),
        _field("38", _field("00", GUID) + _field("01", account) + _field("02", TO_ACCOUNT)),
        _field("53", DONG),
        _field("54", str(amount)) if amount is not None else "",
        _field("58", VIETNAM),
        _field("62", _field("08", memo)) if memo else "",
        "6304",
    ]
    unproved = "".join(said)
    return f"{unproved}{_crc(unproved.encode()):04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def _crc(content: bytes) -> int:
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in content:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
            crc &= 0xFFFF
    return crc
