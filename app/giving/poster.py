"""The poster by which a branch asks for gifts: one page of PDF/A-2b (A4), set by Typst.

Knows nothing of tables and sessions: whoever asks for it has made sure that the account is
verified and open. The same `Poster` always gives the same bytes.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.banking.banks import bank_named
from app.giving.vietqr import Payee, qr_svg, spoken_memo, static_payload
from app.kernel.days import format_day
from app.receipts.typesetting import plain, typeset

# Fours, but no digit stands alone at the end.
_FOUR_DIGITS: Final = re.compile(r"([0-9]{4})(?=[0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """Everything that is printed. `purpose` is a fund's or a drive's name.

    `page_url` is the whole address of the branch's public page, `verified_on` the day on which the
    city said that the account is the branch's. Without a `memo` the payer says what he likes.
    """

    upper_name: str
    branch_name: str
    purpose: str
    payee: Payee
    holder: str
    page_url: str
    verified_on: date
    memo: str | None = None


def render(poster: Poster) -> bytes:
    """Set the poster, dated by `verified_on`.

    Long names are set smaller; what is longer than forms take is cut with "…", but never account,
    memo and address. Safe to call from several threads, never before a fork.
    Raises Invalid for a bank that is not listed, and for a memo that VietQR cannot say.
    """
    return typeset("poster.typ", _printed(poster), poster.verified_on)


def _printed(poster: Poster) -> dict[str, str]:
    """Name what the page shows as poster.typ knows it."""
    bank = bank_named(poster.payee.bank)
    return {
        "title": f"Mời ủng hộ {plain(poster.purpose, 120)}",
        "upper_name": plain(poster.upper_name, 100),
        "branch_name": plain(poster.branch_name, 140),
        "purpose": plain(poster.purpose, 200),
        "pay_qr": qr_svg(static_payload(poster.payee, poster.memo)),
        "bank_short_name": bank.short_name,
        "bank_name": bank.name,
        "number": grouped(poster.payee.number),
        "holder": plain(poster.holder, 200),
        "memo": spoken_memo(poster.memo) if poster.memo is not None else "",
        "page_url": poster.page_url,
        # As it is: whoever copies it from the page must not get a sign that nobody sees.
        "page_address": re.sub("^https?://", "", poster.page_url),
        "page_qr": qr_svg(poster.page_url),
        "verified_on": format_day(poster.verified_on),
    }


def grouped(number: str) -> str:
    """An account number as people read it out, in fours; an alias of letters stays whole."""
    return _FOUR_DIGITS.sub(r"\1 ", number) if number.isdigit() else number
