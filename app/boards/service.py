"""Verbs of boards: whose turn it is, keeping what was made, and what a branch takes down or shows.

A board is made as any effect outside is (D16): claimed, made from one snapshot, then settled.
Whatever dies in between, its marks stay and the claim runs out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.boards.content import Board, PaperKind
from app.boards.keeping import SHAPE, written
from app.boards.projection import project
from app.branches.queries import front_branch
from app.donors.queries import get_donor
from app.kernel.errors import NotFound, marked

LEASE_SECONDS: Final = 15
PAUSE_SECONDS: Final = 3
# What is costly to make is made less often: no board takes more than a twentieth of the time.
PAUSES_A_MAKING: Final = 20

# Marked, but not again at once; never made, of another release, or of a day that has gone.
CLAIM: Final = """
    WITH marked AS (
      SELECT subject_id, bool_or(is_urgent) AS is_urgent, min(marked_at) AS marked_at
      FROM board_marks GROUP BY subject_id
    ), due AS (
      SELECT b.id, b.slug FROM branches b
      LEFT JOIN boards o ON o.subject_id = b.id
      LEFT JOIN marked m ON m.subject_id = b.id
      WHERE coalesce(o.claimed_until < now(), true)
        AND (o.made_at IS NULL OR o.shape <> :shape
             OR local_day(o.made_at) < local_day(now())
             OR m.is_urgent
             OR m.marked_at IS NOT NULL AND o.made_at + greatest(
                  make_interval(secs => :pause), :pauses * make_interval(secs => o.took_ms / 1000.0)
                ) <= now())
      ORDER BY m.is_urgent DESC NULLS LAST, m.marked_at NULLS LAST,
               b.closed_on IS NOT NULL, b.opened_on
      LIMIT :at_most
    )
    INSERT INTO boards (subject_id, slug, claim, claimed_until)
    SELECT id, slug, :claim, now() + make_interval(secs => :lease) FROM due
    ON CONFLICT (subject_id) DO UPDATE SET claim = :claim, claimed_until = excluded.claimed_until
      WHERE coalesce(boards.claimed_until < now(), true)
    RETURNING subject_id
"""
CLAIM_ONE: Final = """
    INSERT INTO boards (subject_id, slug, claim, claimed_until)
    SELECT id, slug, :claim, now() + make_interval(secs => :lease) FROM branches WHERE id = :branch
    ON CONFLICT (subject_id) DO UPDATE SET claim = :claim, claimed_until = excluded.claimed_until
"""
SETTLE: Final = """
    UPDATE boards SET content = CAST(:content AS jsonb), digest = :digest, shape = :shape,
                      is_front = :is_front, made_at = :made_at, took_ms = :took_ms,
                      claim = NULL, claimed_until = NULL
    WHERE subject_id = current_branch() AND claim = :claim
"""


@dataclass(frozen=True, slots=True)
class MadeBoard:
    """A board made from one snapshot, and the marks that it answers."""

    board: Board
    made_at: datetime
    took_ms: int
    is_front: bool
    mark_ids: Sequence[int]

    @property
    def version(self) -> str:
        """What changes with anything on it."""
        return sha256(written(self.board)).hexdigest()


@dataclass(frozen=True, slots=True)
class PublishDocument:
    """A stored file that everybody may read; `entry_id` when it is evidence of a spending.

    Whoever publishes has hidden what is private: the file is shown as it is.
    """

    id: UUID
    kind: PaperKind
    title: str
    digest: str
    media_type: str
    size: int
    entry_id: UUID | None = None


def claim_due(session: Session, claim: UUID, *, at_most: int) -> Sequence[UUID]:
    """Branches whose board is to be made now, claimed for LEASE_SECONDS; urgent ones first."""
    asked: dict[str, Any] = {
        "claim": claim,
        "lease": LEASE_SECONDS,
        "pause": PAUSE_SECONDS,
        "pauses": PAUSES_A_MAKING,
        "shape": SHAPE,
        "at_most": at_most,
    }
    return session.execute(text(CLAIM), asked).scalars().all()


def claim_now(session: Session, subject_id: UUID) -> UUID:
    """Claim one board whoever else is making it, and return the claim."""
    claim = uuid4()
    asked = {"claim": claim, "lease": LEASE_SECONDS, "branch": subject_id}
    session.execute(text(CLAIM_ONE), asked)
    return claim


def make(session: Session, subject_id: UUID) -> MadeBoard:
    """Make the board of the scope's branch; needs one snapshot for all its questions."""
    began = monotonic()
    query = text(
        "SELECT now(), array(SELECT id FROM board_marks WHERE subject_id = current_branch())"
    )
    made_at, mark_ids = session.execute(query).one()
    board = project(session, subject_id)
    front = front_branch(session)
    return MadeBoard(
        board=board,
        made_at=made_at,
        took_ms=round(1000 * (monotonic() - began)),
        is_front=front is not None and front.id == subject_id,
        mark_ids=mark_ids,
    )


def settle(session: Session, made: MadeBoard, claim: UUID) -> bool:
    """Keep the board of the scope's branch and drop its marks, unless the claim has passed on."""
    asked: dict[str, Any] = {
        "content": written(made.board).decode(),
        "digest": made.version,
        "shape": SHAPE,
        "is_front": made.is_front,
        "made_at": made.made_at,
        "took_ms": made.took_ms,
        "claim": claim,
    }
    if not session.execute(text(SETTLE), asked).rowcount:  # type: ignore[attr-defined]
        return False
    marks = {"ids": list(made.mark_ids)}
    session.execute(text("DELETE FROM board_marks WHERE id = ANY (:ids)"), marks)
    return True


def withdraw_from_roll(session: Session, donor_id: UUID) -> bool:
    """Name the giver nowhere any more; True when that was not so before, and then on record.

    The sums keep his gifts. The board as it was is shown no more: whoever looks has it made anew,
    even while no worker runs.
    Raises:
        NotFound: absent, or another branch's.
    """
    get_donor(session, donor_id)
    query = text("INSERT INTO roll_withdrawals (donor_id) VALUES (:id) ON CONFLICT DO NOTHING")
    if not session.execute(query, {"id": donor_id}).rowcount:  # type: ignore[attr-defined]
        return False
    audit.record(session, "donors.withdrawn_from_roll", donor_id)
    _hide_board(session)
    return True


def publish_document(session: Session, command: PublishDocument) -> None:
    """Show a file to everybody; showing it again under the same id changes nothing."""
    query = text(
        "INSERT INTO public_documents (id, kind, title, digest, media_type, size, entry_id)"
        " VALUES (:id, :kind, :title, :digest, :media_type, :size, :entry_id)"
        " ON CONFLICT DO NOTHING"
    )
    asked = {
        "id": command.id,
        "kind": command.kind,
        "title": command.title,
        "digest": command.digest,
        "media_type": command.media_type,
        "size": command.size,
        "entry_id": command.entry_id,
    }
    if session.execute(query, asked).rowcount:  # type: ignore[attr-defined]
        audit.record(session, "documents.published", command.id)


def take_down_document(session: Session, document_id: UUID) -> None:
    """Show a file no more; it stays on record that it was shown.

    Raises:
        NotFound: absent, another branch's, or taken down before.
    """
    query = text(
        "UPDATE public_documents SET taken_down_at = now()"
        " WHERE branch_id = current_branch() AND id = :id AND taken_down_at IS NULL"
    )
    if not session.execute(query, {"id": document_id}).rowcount:  # type: ignore[attr-defined]
        raise NotFound(marked("Không tìm thấy tài liệu này."))
    audit.record(session, "documents.taken_down", document_id)
    _hide_board(session)


def _hide_board(session: Session) -> None:
    """Leave the board of the scope's branch in a shape that nobody reads."""
    session.execute(text("UPDATE boards SET shape = '' WHERE subject_id = current_branch()"))
