"""What a provider told: kept first, and looked into later. An event is never proof of anything."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import outbox
from app.db.scope import BranchScope, acting_for
from app.payments.gateway import ProviderEvent
from app.payments.references import Subject, SubjectKind, find, note

# The actor of what a provider made us do.
PROVIDER: Final = UUID("00000000-0000-7000-8000-0000000000ca")
KEEP: Final = """
    INSERT INTO payment_events (provider, event_id, kind, object_id, happened_at, body)
    VALUES (:provider, :id, :kind, :object_id, :happened_at, :body)
    ON CONFLICT (provider, event_id) DO NOTHING RETURNING event_id
"""
READ_UNTIL: Final = """
    INSERT INTO payment_watermarks AS w (provider, read_until) VALUES (:provider, :instant)
    ON CONFLICT (provider) DO UPDATE SET read_until = greatest(w.read_until, excluded.read_until)
"""


def receive(session: Session, provider: str, event: ProviderEvent) -> bool:
    """Keep an event, and leave the fact that somebody must look; True when it came first now.

    Needs no branch: whose it is the directory says, and nobody's is kept without a fact.
    """
    kept = session.execute(
        text(KEEP),
        {
            "provider": provider,
            "id": event.id,
            "kind": event.kind,
            "object_id": event.object_id,
            "happened_at": event.happened_at,
            "body": event.body,
        },
    ).first()
    if kept is None:
        return False
    subjects = set(find(session, provider, event.references).values())
    for subject in sorted(subjects, key=lambda each: each.id):
        with acting_for(session, BranchScope(subject.home_id, PROVIDER)):
            if subject.kind is SubjectKind.PAYMENT:
                # What our own call did not live to hear: the page's id, told with ours beside it.
                note(session, provider, subject.id, [event.object_id])
            ask_to_look(session, subject)
    return True


def ask_to_look(session: Session, subject: Subject) -> None:
    """Leave the fact that the provider is to be asked about this payment or plan of the branch."""
    if subject.kind is SubjectKind.PLAN:
        outbox.record(session, "payment_plans.told", subject.id)
    else:
        outbox.record(session, "payments.told", subject.id)


def read_until(session: Session, provider: str) -> datetime | None:
    """Up to when all that the provider told has been read; None before the first time."""
    found: datetime | None = session.execute(
        text("SELECT read_until FROM payment_watermarks WHERE provider = :provider"),
        {"provider": provider},
    ).scalar()
    return found


def note_read(session: Session, provider: str, instant: datetime) -> None:
    """Note that all up to `instant` has been read; an earlier one changes nothing."""
    session.execute(text(READ_UNTIL), {"provider": provider, "instant": instant})
