"""Reads of receipts: one of the branch, its papers, and the public question whether one is real."""

from collections.abc import Sequence
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
    """All that a stranger with the code may know; `left_amount` when a part went back."""

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
    left_amount: int | None


@dataclass(frozen=True, slots=True)
class WaitingPapers:
    """Papers that are being made, and those that a person must look after."""

    waiting_count: int
    stuck: Sequence["StuckPaper"]


@dataclass(frozen=True, slots=True)
class StuckPaper:
    """A receipt whose paper could not be made, after every try."""

    donation_id: UUID
    number: int


RECEIPTS: Final = """
    SELECT r.id, r.donation_id, r.kind, r.fiscal_year, r.book, r.number, r.issued_at, r.verify_code,
           r.snapshot, coalesce((
             SELECT jsonb_object_agg(d.rendition, d.digest) FROM receipt_documents d
             WHERE (d.branch_id, d.receipt_id) = (r.branch_id, r.id)), '{}'),
           v.reason, v.voided_at
    FROM receipts r
    LEFT JOIN receipt_voids v ON (v.branch_id, v.receipt_id) = (r.branch_id, r.id)
    WHERE r.branch_id = current_branch()
"""
# The facts that ask for a paper, and the rendition each asks for.
DUE: Final = """
    SELECT CASE event WHEN 'receipts.issued' THEN 'original'
                      WHEN 'receipts.voided' THEN 'void' ELSE 'copy' END
    FROM outbox WHERE branch_id = current_branch() AND subject_id = :id
      AND event IN ('receipts.issued', 'receipts.copy_requested', 'receipts.voided')
"""
WAITING: Final = """
    SELECT count(*) FROM outbox
    WHERE branch_id = current_branch() AND failed_at IS NULL AND due_at < 'infinity'
      AND event IN ('receipts.issued', 'receipts.copy_requested', 'receipts.voided')
"""
STUCK: Final = """
    SELECT r.donation_id, r.number FROM outbox o
    JOIN receipts r ON (r.branch_id, r.id) = (o.branch_id, o.subject_id)
    WHERE o.branch_id = current_branch() AND o.failed_at IS NOT NULL
    ORDER BY o.failed_at, o.id LIMIT :at_most
"""


def get_receipt(session: Session, receipt_id: UUID) -> ReceiptView:
    """One receipt of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(RECEIPTS + " AND r.id = :id"), {"id": receipt_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy biên nhận này."))
    return ReceiptView(*row)


def receipt_of_donation(session: Session, donation_id: UUID) -> ReceiptView:
    """The receipt of a gift of the scope's branch, which has exactly one."""
    query = text(RECEIPTS + " AND r.donation_id = :id")
    return ReceiptView(*session.execute(query, {"id": donation_id}).one())


def papers_due(session: Session, receipt_id: UUID) -> frozenset[str]:
    """The renditions of a receipt that were asked for and are not made yet."""
    return frozenset(session.execute(text(DUE), {"id": receipt_id}).scalars())


def papers_made(session: Session, receipt_id: UUID) -> dict[str, datetime]:
    """When each rendition of a receipt was made."""
    query = text("SELECT rendition, rendered_at FROM receipt_documents WHERE receipt_id = :id")
    return {row.rendition: row.rendered_at for row in session.execute(query, {"id": receipt_id})}


def waiting_papers(session: Session, *, at_most: int = 5) -> WaitingPapers:
    """What the branch's printing still owes, and the first `at_most` papers that are stuck.

    Papers set aside until somebody asks for them are not owed.
    """
    waiting_count = session.execute(text(WAITING)).scalar_one()
    stuck = session.execute(text(STUCK), {"at_most": at_most})
    return WaitingPapers(waiting_count, [StuckPaper(*row) for row in stuck])


def verify_receipt(session: Session, code: str) -> VerifiedReceipt | None:
    """What anybody may know of the receipt with this code, or None when there is none."""
    row = session.execute(text("SELECT * FROM verify_receipt(:code)"), {"code": code}).first()
    return VerifiedReceipt(*row) if row else None
