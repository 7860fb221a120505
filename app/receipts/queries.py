"""Reads of receipts: one of the branch, its papers, and the public question whether one is real."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt and its papers: digest is the original's, None until the worker has made it."""

    id: UUID
    donation_id: UUID
    kind: str
    fiscal_year: int
    book: str
    number: int
    issued_at: datetime
    verify_code: str
    snapshot: dict[str, Any]
    digests: dict[str, str]
    void_reason: str | None
    voided_at: datetime | None

    @property
    def series(self) -> str:
        """Kind, fiscal year and book: "BN/2026/A"."""
        return f"{self.kind}/{self.fiscal_year}/{self.book}"

    @property
    def digest(self) -> str | None:
        """SHA-256 of the original paper, once there is one."""
        return self.digests.get("original")

    @property
    def status(self) -> str:
        """`issued`, `rendered` once printed, `void` once its gift was reversed."""
        if self.voided_at is not None:
            return "void"
        return "rendered" if self.digest else "issued"


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """All that a stranger with the code may know."""

    branch_id: UUID
    fiscal_year: int
    kind: str
    book: str
    number: int
    issued_at: datetime
    amount: int
    received_on: date
    is_in_kind: bool
    voided_at: datetime | None


RECEIPTS: Final = """
    SELECT r.id, r.donation_id, r.kind, r.fiscal_year, r.book, r.number, r.issued_at, r.verify_code,
           r.snapshot, coalesce((
             SELECT jsonb_object_agg(d.rendition, d.digest) FROM receipt_documents d
             WHERE d.branch_id = r.branch_id AND d.receipt_id = r.id), '{}'),
           v.reason, v.voided_at
    FROM receipts r
    LEFT JOIN receipt_voids v ON v.branch_id = r.branch_id AND v.receipt_id = r.id
"""


def get_receipt(session: Session, receipt_id: UUID) -> ReceiptView:
    """One receipt of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(RECEIPTS + " WHERE r.id = :id"), {"id": receipt_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy biên nhận này."))
    return ReceiptView(*row)


def receipt_of_donation(session: Session, donation_id: UUID) -> ReceiptView:
    """The receipt of a gift of the scope's branch, which has exactly one."""
    query = text(RECEIPTS + " WHERE r.donation_id = :id")
    return ReceiptView(*session.execute(query, {"id": donation_id}).one())


def verify_receipt(session: Session, code: str) -> VerifiedReceipt | None:
    """What anybody may know of the receipt with this code, or None when there is none."""
    row = session.execute(text("SELECT * FROM verify_receipt(:code)"), {"code": code}).first()
    return VerifiedReceipt(*row) if row else None
