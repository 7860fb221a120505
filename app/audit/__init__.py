"""Who did what to which record, when and why; append-only, written with the act itself.

Actions are named `<plural noun>.<past tense>`. No personal data is kept here: ids and reasons only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the trail."""

    at: datetime
    actor_id: UUID
    action: str
    reason: str | None


def record(session: Session, action: str, subject_id: UUID) -> None:
    """Write one line in the present transaction; the actor is the scope's."""
    session.execute(
        text("INSERT INTO audit_events (action, subject_id) VALUES (:action, :subject)"),
        {"action": action, "subject": subject_id},
    )


def trail(session: Session, subject_id: UUID) -> Sequence[AuditEvent]:
    """What happened to a record, oldest first."""
    rows = session.execute(
        text(
            "SELECT at, actor_id, action, reason FROM audit_events"
            " WHERE subject_id = :subject ORDER BY id",
        ),
        {"subject": subject_id},
    )
    return [AuditEvent(*row) for row in rows]
