"""Facts that wait for their consequences (D16): the queue is this table, Celery is only the bell.

A fact is recorded with the act that caused it. The relay claims due facts by pushing `due_at`
ahead: if the task dies, the fact is due again; when its effect is settled, the fact is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

LEASE_SECONDS = 15
LONGEST_PAUSE_SECONDS = 30
MAX_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class ClaimedFact:
    """A due fact, handed to a task for LEASE_SECONDS."""

    branch_id: UUID
    id: UUID
    event: str
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """Facts of all branches: waiting (the oldest since when), set aside until asked for, failed."""

    waiting: int
    scheduled: int
    failed: int
    oldest: datetime | None


def record(session: Session, event: str, subject_id: UUID) -> None:
    """Record a fact in the present transaction."""
    session.execute(
        text("INSERT INTO outbox (event, subject_id) VALUES (:event, :subject_id)"),
        {"event": event, "subject_id": subject_id},
    )


def claim_due(session: Session, *, at_most: int) -> Sequence[ClaimedFact]:
    """Lease up to `at_most` due facts of all branches, oldest first. Needs the relay's scope."""
    rows = session.execute(
        text(
            "UPDATE outbox o SET due_at = now() + make_interval(secs => :lease) FROM ("
            "  SELECT branch_id, id FROM outbox WHERE failed_at IS NULL AND due_at <= now()"
            "  ORDER BY due_at LIMIT :at_most FOR UPDATE SKIP LOCKED) due"
            " WHERE o.branch_id = due.branch_id AND o.id = due.id"
            " RETURNING o.branch_id, o.id, o.event, o.attempts",
        ),
        {"lease": LEASE_SECONDS, "at_most": at_most},
    )
    return [ClaimedFact(*row) for row in rows]


def subjects(session: Session, ids: Sequence[UUID]) -> Sequence[UUID]:
    """What facts of the branch are about, each once, in the order in which they were recorded."""
    rows = session.scalars(
        text(
            "SELECT subject_id FROM outbox WHERE branch_id = current_branch() AND id = ANY(:ids)"
            " GROUP BY subject_id ORDER BY min(recorded_at), subject_id"
        ),
        {"ids": list(ids)},
    )
    return rows.all()


def settle(session: Session, ids: Sequence[UUID]) -> None:
    """Remove facts of the branch whose effect is recorded in this same transaction."""
    session.execute(
        text("DELETE FROM outbox WHERE branch_id = current_branch() AND id = ANY(:ids)"),
        {"ids": list(ids)},
    )


def postpone(session: Session, ids: Sequence[UUID], *, error: str) -> None:
    """Count a failed try; the next comes in half a minute, after MAX_ATTEMPTS a person looks."""
    session.execute(
        text(
            "UPDATE outbox SET attempts = attempts + 1, last_error = :error,"
            " due_at = now() + make_interval(secs => least(:lease * power(2, attempts), :longest)),"
            " failed_at = CASE WHEN attempts + 1 >= :limit THEN now() END WHERE id = ANY(:ids)",
        ),
        {
            "ids": list(ids),
            "error": error[:500],
            "lease": LEASE_SECONDS,
            "longest": LONGEST_PAUSE_SECONDS,
            "limit": MAX_ATTEMPTS,
        },
    )


def put_off(session: Session, ids: Sequence[UUID], *, until: datetime) -> None:
    """Let facts of the branch rest until then: their own record says so, and no try has failed."""
    session.execute(
        text(
            "UPDATE outbox SET due_at = :until"
            " WHERE branch_id = current_branch() AND id = ANY(:ids)",
        ),
        {"ids": list(ids), "until": until},
    )


def set_aside(session: Session, subject_ids: Sequence[UUID]) -> None:
    """Let the facts of these records rest until `hasten` asks for one: nobody waits for them."""
    session.execute(
        text(
            "UPDATE outbox SET due_at = 'infinity'"
            " WHERE branch_id = current_branch() AND subject_id = ANY(:subjects)",
        ),
        {"subjects": list(subject_ids)},
    )


def hasten(session: Session, subject_id: UUID) -> bool:
    """Make the facts of a record that were set aside due now; True when there were any.

    They count as waiting from now on: nobody waited for them before.
    """
    hastened = session.execute(
        text(
            "UPDATE outbox SET due_at = now(), recorded_at = now()"
            " WHERE branch_id = current_branch() AND subject_id = :subject"
            " AND due_at = 'infinity' RETURNING id",
        ),
        {"subject": subject_id},
    ).all()
    return bool(hastened)


def retry_failed(session: Session) -> int:
    """Give every failed fact of all branches its tries again; returns how many.

    Needs the relay's scope.
    """
    retried = session.execute(
        text(
            "UPDATE outbox SET failed_at = NULL, attempts = 0, due_at = now()"
            " WHERE failed_at IS NOT NULL RETURNING id",
        ),
    ).all()
    return len(retried)


def status(session: Session) -> OutboxStatus:
    """Counts over all branches. Needs the relay's scope.

    A fact that is leased or postponed still waits; one that was set aside does not.
    """
    row = session.execute(
        text(
            "SELECT count(*) FILTER (WHERE failed_at IS NULL AND due_at < 'infinity'),"
            " count(*) FILTER (WHERE failed_at IS NULL AND due_at = 'infinity'),"
            " count(*) FILTER (WHERE failed_at IS NOT NULL),"
            " min(recorded_at) FILTER (WHERE failed_at IS NULL AND due_at < 'infinity')"
            " FROM outbox",
        ),
    ).one()
    return OutboxStatus(*row)
