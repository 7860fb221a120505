"""Verbs of webhooks: what knocks is kept as it came, and read later (D16)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.db import outbox
from app.kernel.errors import NotFound, marked

# The actor of what an aggregator tells.
FEED: Final = UUID("00000000-0000-7000-8000-00000000feed")
NO_FEED: Final = marked("Không tìm thấy địa chỉ này.")
ADD_EVENT: Final = """
    INSERT INTO bank_events (feed_id, digest, body) VALUES (:feed, :digest, :body)
    ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class FeedScope:
    """An aggregator that knows the address of its feed; its signature is not looked at yet."""

    feed_id: UUID

    def bind(self, connection: Connection) -> None:
        """Bind the branch whose account the feed tells of.

        Raises:
            NotFound: there is no such feed, or it is listened to no more.
        """
        branch = connection.execute(
            text("SELECT act_for_feed(:feed, :actor)"), {"feed": self.feed_id, "actor": FEED}
        ).scalar()
        if branch is None:
            raise NotFound(NO_FEED)


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed with its sealed secrets, and the account it tells of."""

    id: UUID
    account_id: UUID
    account_number: str
    provider: str
    sealed_secret: bytes
    sealed_pull_key: bytes | None
    pulled_until: date | None


@dataclass(frozen=True, slots=True)
class EventView:
    """A body as it came, and who sent it."""

    feed: FeedView
    body: bytes


FEEDS: Final = """
    SELECT f.id, f.account_id, a.number AS account_number, f.provider, f.sealed_secret,
           f.sealed_pull_key, local_day(f.pulled_until) AS pulled_until
    FROM bank_feeds f JOIN bank_accounts a ON (a.branch_id, a.id) = (f.branch_id, f.account_id)
    WHERE f.branch_id = current_branch()
"""


def get_feed(session: Session, feed_id: UUID) -> FeedView:
    """One feed of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(FEEDS + " AND f.id = :id"), {"id": feed_id}).mappings().first()
    if row is None:
        raise NotFound(NO_FEED)
    return FeedView(**row)


def feeds(session: Session) -> Sequence[FeedView]:
    """Feeds of the scope's branch that are listened to, the oldest first."""
    query = text(FEEDS + " AND f.revoked_at IS NULL ORDER BY f.created_at, f.id")
    return [FeedView(**row) for row in session.execute(query).mappings()]


def branches_to_pull(session: Session) -> Sequence[UUID]:
    """Branches with a feed whose list can be asked for. Needs the relay's scope."""
    return session.scalars(text("SELECT branches_to_pull()")).all()


def keep_event(session: Session, feed_id: UUID, body: bytes) -> bool:
    """Keep a body whose signature was right, for the worker to read; True when it is new."""
    digest = hashlib.sha256(body).digest()
    row = session.execute(
        text(ADD_EVENT), {"feed": feed_id, "digest": digest, "body": body}
    ).first()
    if row is None:
        return False
    outbox.record(session, "bank_events.received", row.id)
    return True


def event_of_fact(session: Session, fact_id: UUID) -> EventView | None:
    """The event that a waiting fact tells of; None when the fact was settled meanwhile."""
    row = session.execute(
        text(
            "SELECT e.feed_id, e.body FROM outbox o"
            " JOIN bank_events e ON (e.branch_id, e.id) = (o.branch_id, o.subject_id)"
            " WHERE o.branch_id = current_branch() AND o.id = :id"
        ),
        {"id": fact_id},
    ).first()
    return EventView(get_feed(session, row.feed_id), bytes(row.body)) if row else None
