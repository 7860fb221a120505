"""The receipt as a page of PDF/A-2b (A5 landscape), set by Typst from what was fixed at issue.

Knows nothing of tables and sessions: the same `ReceiptPaper` always gives the same bytes.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.kernel.days import format_day
from app.kernel.money import format_vnd
from app.receipts.qr import qr_png
from app.receipts.typesetting import plain, typeset

LONGEST: Final = 300
"""An address or a purpose of so many letters is printed whole; no longer one is taken."""


class Rendition(StrEnum):
    """What this print of the receipt is; the number is the same on all three."""

    ORIGINAL = "original"
    COPY = "copy"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """Everything that is printed, as it stood when the receipt was issued. `amount` in đồng."""

    upper_name: str
    branch_name: str
    branch_address: str | None
    series: str
    number: int
    issued_on: date
    place: str
    donor_name: str
    donor_address: str | None
    amount: int
    amount_in_words: str
    method: str
    fund_name: str
    purpose: str | None
    received_on: date
    is_in_kind: bool
    recorded_by: str
    verify_url: str
    verify_code: str
    void_reason: str | None = None
    voided_on: date | None = None


def render(paper: ReceiptPaper, rendition: Rendition = Rendition.ORIGINAL) -> bytes:
    """Set the receipt on one page of PDF, with the same bytes every time, dated by `issued_on`.

    Long texts are set smaller; what is longer than forms and API take is cut with "…". Letters
    without a shape in the shipped faces (Chinese, emoji), which are refused since, become □. Safe
    to call from several threads, never before a fork.
    Raises ValueError when a void paper is asked for as valid, or a valid one as void.
    """
    if (rendition is Rendition.VOID) != (paper.voided_on is not None):
        raise ValueError(f"paper voided on {paper.voided_on} cannot be rendered as {rendition}")
    return typeset("receipt.typ", _printed(paper, rendition), paper.issued_on)


def _printed(paper: ReceiptPaper, rendition: Rendition) -> dict[str, str | list[int]]:
    """Name what the page shows as receipt.typ knows it."""
    number = f"{paper.series} · {paper.number:07d}"
    return {
        "rendition": rendition,
        "title": f"Giấy biên nhận {number}",
        "number": number,
        "subtitle": _subtitle(paper),
        "upper_name": plain(paper.upper_name, 100),
        "branch_name": plain(paper.branch_name, 140),
        "branch_address": plain(paper.branch_address, 140),
        "donor_name": plain(paper.donor_name, 200),
        "donor_address": plain(paper.donor_address, LONGEST),
        "amount_label": "Đã nhận hiện vật trị giá:" if paper.is_in_kind else "Số tiền:",
        "amount": format_vnd(paper.amount),
        "amount_in_words": plain(paper.amount_in_words, 200),
        "method": plain(paper.method, 40),
        "received_on": format_day(paper.received_on),
        "fund_name": plain(paper.fund_name, 120),
        "purpose": plain(paper.purpose, LONGEST),
        "giver_signs": "Người giao hiện vật" if paper.is_in_kind else "Người nộp tiền",
        "place_and_date": _place_and_date(paper),
        "recorded_by": f"Người lập: {plain(paper.recorded_by, 60)}",
        "verify_url": paper.verify_url,
        "verify_code": plain(paper.verify_code, 40),
        "qr": list(qr_png(paper.verify_url)),
    }


def _subtitle(paper: ReceiptPaper) -> str:
    if paper.voided_on is not None:
        reason = plain(paper.void_reason, 160) or "không ghi"
        return f"Đã huỷ ngày {format_day(paper.voided_on)}. Lý do: {reason}"
    if paper.is_in_kind:
        return "Đã nhận hiện vật ủng hộ Quỹ Khuyến học"
    return "Đã nhận tiền ủng hộ Quỹ Khuyến học"


def _place_and_date(paper: ReceiptPaper) -> str:
    """Write days below 10 and months below 3 with a zero, which no digit can precede (NĐ 30)."""
    day = paper.issued_on
    month = {1: "01", 2: "02"}.get(day.month, str(day.month))
    return f"{plain(paper.place, 30)}, ngày {day.day:02d} tháng {month} năm {day.year}"
