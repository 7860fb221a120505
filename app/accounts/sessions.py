"""Server-side sessions: the cookie holds 256 random bits, this table holds their digest.

Signing out, a new password or a deactivated person end a session on its next request.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """What a session remembers; `data` is JSON."""

    data: dict[str, Any]
    user_id: UUID | None


def find_session(session: Session, digest: bytes) -> StoredSession | None:
    """The living session with this digest, or None."""
    row = session.execute(
        text(
            "SELECT data, user_id FROM web_sessions WHERE digest = :digest AND expires_at > now()",
        ),
        {"digest": digest},
    ).first()
    return StoredSession(*row) if row else None


def start_session(session: Session, digest: bytes, data: str, user_id: UUID) -> None:
    """Write the session of a token that was made just now; it lives for IDLE after this."""
    session.execute(
        text(
            "INSERT INTO web_sessions (digest, user_id, data, expires_at)"
            " VALUES (:digest, :user_id, CAST(:data AS jsonb), now() + :idle)",
        ),
        {"digest": digest, "user_id": user_id, "data": data, "idle": IDLE},
    )


def keep_session(session: Session, digest: bytes, data: str) -> None:
    """Write what a session remembers now; it lives for IDLE after this, never beyond LONGEST.

    One that ended while its request was under way stays ended: a late answer revives nothing.
    """
    session.execute(
        text(
            "UPDATE web_sessions SET data = CAST(:data AS jsonb), seen_at = now(),"
            " expires_at = least(now() + :idle, created_at + :longest)"
            " WHERE digest = :digest AND expires_at > now()",
        ),
        {"digest": digest, "data": data, "idle": IDLE, "longest": LONGEST},
    )


def touch_session(session: Session, digest: bytes) -> None:
    """Count a visit, at most once a minute, so that an active person is not signed out."""
    session.execute(
        text(
            "UPDATE web_sessions SET seen_at = now(),"
            " expires_at = least(now() + :idle, created_at + :longest)"
            " WHERE digest = :digest AND expires_at > now()"
            " AND seen_at < now() - interval '1 minute'",
        ),
        {"digest": digest, "idle": IDLE, "longest": LONGEST},
    )


def end_session(session: Session, digest: bytes) -> None:
    """Forget a session: its cookie opens nothing from now on."""
    session.execute(text("DELETE FROM web_sessions WHERE digest = :digest"), {"digest": digest})


def drop_expired_sessions(session: Session) -> None:
    """Forget every session that has run out."""
    session.execute(text("DELETE FROM web_sessions WHERE expires_at <= now()"))
