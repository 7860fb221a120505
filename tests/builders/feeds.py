"""What aggregators send, signed by hand: no signature here comes from the code that it tries."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from app.banking.feeds.casso import Casso
from app.banking.feeds.payos import PayOS
from app.banking.feeds.protocol import Feed
from app.banking.feeds.sepay import SePay

SECRET: Final = "a-secret-of-the-feed"
NOW: Final = datetime(2026, 11, 24, 2, 15, 30, tzinfo=UTC)
SECONDS: Final = str(int(NOW.timestamp()))
MILLISECONDS: Final = f"{SECONDS}123"

SEPAY: Final[Mapping[str, object]] = {
    "id": 92704,
    "gateway": "Vietcombank",
    "transactionDate": "2026-11-24 09:15:00",
    "accountNumber": "0123499999",
    "code": None,
    "content": "KH2A7BCDEF9 ung ho quy",
    "transferType": "in",
    "transferAmount": 2277000,
    "accumulated": 19077000,
    "subAccount": None,
    "referenceCode": "MBVCB.3278907687",
    "description": "",
}
CASSO: Final[Mapping[str, object]] = {
    "id": 218897,
    "reference": "FT24364030863634",
    "description": "KH2A7BCDEF9 ung ho quy",
    "amount": 16775000,
    "runningBalance": 20000000,
    "transactionDateTime": "2026-11-24 09:15:00",
    "accountNumber": "123456789",
    "bankName": "MBBank",
    "bankAbbreviation": "MBB",
    "virtualAccountNumber": "",
    "virtualAccountName": "",
    "counterAccountName": "NGUYEN VAN A",
    "counterAccountNumber": "8888888888",
    "counterAccountBankId": "970415",
    "counterAccountBankName": "VietinBank",
}
PAYOS: Final[Mapping[str, object]] = {
    "orderCode": 1204,
    "amount": 250000,
    "description": "KH2A7BCDEF9",
    "accountNumber": "12345678",
    "reference": "FT26328000001",
    "transactionDateTime": "2026-11-24 09:15:00",
    "currency": "VND",
    "paymentLinkId": "9f4b1c",
    "code": "00",
    "desc": "success",
    "counterAccountBankId": None,
    "counterAccountName": "NGUYEN VAN A",
    "counterAccountNumber": "8888888888",
    "virtualAccountNumber": "",
}


def sepay_body(**changes: object) -> bytes:
    """A movement as SePay sends it."""
    return json.dumps({**SEPAY, **changes}, ensure_ascii=False).encode()


def casso_body(**changes: object) -> bytes:
    """A movement as Casso's Webhook V2 sends it."""
    return json.dumps({"error": 0, "data": {**CASSO, **changes}}, ensure_ascii=False).encode()


def payos_body(**changes: object) -> bytes:
    """A payment as payOS sends it, signed with SECRET."""
    data = {**PAYOS, **changes}
    signed = "&".join(f"{name}={'' if data[name] is None else data[name]}" for name in sorted(data))
    proof = keyed("sha256", signed.encode())
    body = {"code": "00", "desc": "success", "success": True, "data": data, "signature": proof}
    return json.dumps(body, ensure_ascii=False).encode()


def sepay_headers(body: bytes, secret: str = SECRET, at: str = SECONDS) -> dict[str, str]:
    """The two headers of SePay's signature."""
    signature = keyed("sha256", at.encode() + b"." + body, secret)
    return {"X-SePay-Timestamp": at, "X-SePay-Signature": f"sha256={signature}"}


def casso_signature(body: bytes, secret: str = SECRET, at: str = MILLISECONDS) -> str:
    """What Casso signs a body of ASCII with."""
    signed = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    return keyed("sha512", f"{at}.{signed}".encode(), secret)


def casso_headers(body: bytes, secret: str = SECRET, at: str = MILLISECONDS) -> dict[str, str]:
    """The header of Casso's Webhook V2."""
    return {"X-Casso-Signature": f"t={at},v1={casso_signature(body, secret, at)}"}


def keyed(algorithm: str, message: bytes, secret: str = SECRET) -> str:
    """HMAC in hexadecimal, written out (RFC 2104) for secrets of at most a block."""
    size = hashlib.new(algorithm).block_size
    key = secret.encode().ljust(size, b"\0")
    inner = hashlib.new(algorithm, bytes(byte ^ 0x36 for byte in key) + message).digest()
    return hashlib.new(algorithm, bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()


EACH: Final[list[tuple[Feed, Callable[..., bytes]]]] = [
    (SePay(), sepay_body),
    (Casso(), casso_body),
    (PayOS(), payos_body),
]
AMOUNT: Final = {"SePay": "transferAmount", "Casso": "amount", "PayOS": "amount"}
MOMENT: Final = {
    "SePay": "transactionDate",
    "Casso": "transactionDateTime",
    "PayOS": "transactionDateTime",
}
"""What each calls the amount and the moment, by the name of its class."""
