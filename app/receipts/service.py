"""Verbs of issued receipts: what is to be rendered, and the papers once they are.

Issuing happens in the database with the gift (issue_receipts); nothing here changes a receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.db import outbox
from app.kernel.clock import local
from app.mail import service as mail
from app.receipts.pdf import ReceiptPaper, Rendition
from app.receipts.queries import ReceiptView, get_receipt, papers_due

# What each fact asks the worker to print.
RENDITIONS: Final = {
    "receipts.issued": Rendition.ORIGINAL,
    "receipts.copy_requested": Rendition.COPY,
    "receipts.voided": Rendition.VOID,
}
EVENTS: Final = {rendition: event for event, rendition in RENDITIONS.items()}


@dataclass(frozen=True, slots=True)
class RenderingOrder:
    """One paper to print, for one waiting fact."""

    fact_id: UUID
    receipt_id: UUID
    rendition: Rendition
    paper: ReceiptPaper
    recorded_digest: str | None


@dataclass(frozen=True, slots=True)
class RenderedPaper:
    """A stored file and the order it fulfils; size in bytes."""

    order: RenderingOrder
    digest: str
    size: int


ORDERS: Final = """
    SELECT o.id AS fact_id, o.event, r.id AS receipt_id, r.kind, r.fiscal_year, r.book, r.number,
           r.issued_at, r.verify_code, r.snapshot, v.reason AS void_reason, v.voided_at,
           (SELECT jsonb_object_agg(d.rendition, d.digest) FROM receipt_documents d
            WHERE (d.branch_id, d.receipt_id) = (r.branch_id, r.id)) AS digests
    FROM outbox o JOIN receipts r ON (r.branch_id, r.id) = (o.branch_id, o.subject_id)
    LEFT JOIN receipt_voids v ON (v.branch_id, v.receipt_id) = (r.branch_id, r.id)
    WHERE o.branch_id = current_branch() AND o.id = ANY(:ids)
"""


def rendering_orders(
    session: Session, fact_ids: Sequence[UUID], *, public_url: str
) -> Sequence[RenderingOrder]:
    """The papers that the still waiting facts among `fact_ids` ask for."""
    rows = session.execute(text(ORDERS), {"ids": list(fact_ids)}).mappings()
    return [_order(dict(row), public_url) for row in rows]


def settle_rendering(session: Session, papers: Sequence[RenderedPaper]) -> None:
    """Record stored papers and let go of their facts and of the mail that waited for them.

    A paper recorded before stays as it was.
    """
    if not papers:
        return
    session.execute(
        text(
            "INSERT INTO receipt_documents (receipt_id, rendition, digest, size)"
            " SELECT * FROM unnest(CAST(:receipts AS uuid[]), CAST(:renditions AS text[]),"
            " CAST(:digests AS text[]), CAST(:sizes AS integer[])) ON CONFLICT DO NOTHING",
        ),
        {
            "receipts": [paper.order.receipt_id for paper in papers],
            "renditions": [paper.order.rendition.value for paper in papers],
            "digests": [paper.digest for paper in papers],
            "sizes": [paper.size for paper in papers],
        },
    )
    outbox.settle(session, [paper.order.fact_id for paper in papers])
    originals = [p.order.receipt_id for p in papers if p.order.rendition is Rendition.ORIGINAL]
    mail.release(session, originals)


def request_copy(session: Session, receipt_id: UUID) -> bool:
    """Ask for a print marked "Bản sao" with the same number; True when this asking has it made.

    There is one copy: who asks again, even at the same moment, changes nothing and leaves no
    trace, so that the trail tells each copy once. A void receipt gets none.

    Raises:
        NotFound: absent, or another branch's.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:receipt, 0))"),
        {"receipt": f"receipts.copy {receipt_id}"},
    )
    receipt, copy = get_receipt(session, receipt_id), Rendition.COPY
    if receipt.voided_at or copy in receipt.digests or copy in papers_due(session, receipt_id):
        return False
    audit.record(session, "receipts.copy_requested", receipt_id)
    outbox.record(session, "receipts.copy_requested", receipt_id)
    return True


def hasten_rendering(session: Session, receipt_id: UUID) -> bool:
    """Have the papers of a receipt printed now if they were set aside; True when they were.

    Safe to ask at every visit: a paper that is printed, or under way, is left alone.
    """
    return outbox.hasten(session, receipt_id)


def print_again(session: Session, receipt: ReceiptView, rendition: str) -> None:
    """Have a recorded paper whose file is lost or no longer true printed once more.

    What was fixed at issue makes the same file. Safe to ask at every visit.
    """
    if rendition in receipt.digests and rendition not in papers_due(session, receipt.id):
        outbox.record(session, EVENTS[Rendition(rendition)], receipt.id)


def print_on_request(session: Session, receipt_ids: Sequence[UUID]) -> None:
    """Let the papers of these receipts wait until somebody asks for one.

    For gifts entered long after they were given, whose givers expect no paper now.
    """
    outbox.set_aside(session, receipt_ids)


def _order(row: dict[str, object], public_url: str) -> RenderingOrder:
    rendition, digests = RENDITIONS[str(row["event"])], row["digests"]
    return RenderingOrder(
        fact_id=UUID(str(row["fact_id"])),
        receipt_id=UUID(str(row["receipt_id"])),
        rendition=rendition,
        paper=_paper(row, public_url, rendition),
        recorded_digest=digests.get(rendition) if isinstance(digests, dict) else None,
    )


def _paper(row: dict[str, object], public_url: str, rendition: Rendition) -> ReceiptPaper:
    snapshot = row["snapshot"]
    issued_at, voided_at = row["issued_at"], row["voided_at"]
    if not isinstance(snapshot, dict) or not isinstance(issued_at, datetime):
        raise TypeError(row)
    shows_void = rendition is Rendition.VOID and isinstance(voided_at, datetime)
    return ReceiptPaper(
        **{**snapshot, "received_on": date.fromisoformat(snapshot["received_on"])},
        series=f"{row['kind']}/{row['fiscal_year']}/{row['book']}",
        number=int(str(row["number"])),
        issued_on=local(issued_at).date(),
        verify_url=f"{public_url}/xac-minh/{row['verify_code']}",
        verify_code=str(row["verify_code"]),
        void_reason=str(row["void_reason"]) if shows_void else None,
        voided_on=local(voided_at).date()
        if shows_void and isinstance(voided_at, datetime)
        else None,
    )
