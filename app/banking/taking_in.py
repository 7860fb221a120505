"""What aggregators told, by webhook or when asked, taken in as lines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.commands import Provider
from app.banking.events import FeedView, event_of_fact
from app.banking.feeds.protocol import FeedTelling, PullFailed
from app.banking.feeds.registry import FEEDS, PULLED
from app.banking.lines import record_lines
from app.banking.sealing import unseal
from app.db import outbox
from app.kernel.clock import today

log = structlog.get_logger()

ASKED_BACK: Final = timedelta(days=2)
"""How far an aggregator's list is read again: a feed that was away over a weekend is asked more."""


def read_events(session: Session, fact_ids: Sequence[UUID]) -> None:
    """Take in what the kept events of waiting facts tell, and let go of the facts.

    Raises:
        Malformed: an aggregator signed what nobody can read: a fault that a person must see.
    """
    for fact_id in fact_ids:
        event = event_of_fact(session, fact_id)
        if event is not None:
            told = FEEDS[Provider(event.feed.provider)].told(event.body)
            take_in(session, event.feed, told, teller_id=event.feed.id)
    outbox.settle(session, fact_ids)


def take_in(
    session: Session, feed: FeedView, told: Sequence[FeedTelling], *, teller_id: UUID
) -> Sequence[UUID]:
    """Take in what was told of the feed's own account; gives the lines that are new.

    A day that has not come is a slip of the teller's clock: the money is here today.
    """
    ours = [each.telling for each in told if is_of(each.account_number, feed.account_number)]
    if len(ours) < len(told):
        log.warning("foreign_account_told", feed_id=str(feed.id))
    come = [
        replace(each, line=replace(each.line, day=min(each.line.day, today()))) for each in ours
    ]
    return record_lines(session, feed.account_id, come, teller_id=teller_id)


def list_of(feed: FeedView) -> UUID:
    """The aggregator's list as a teller of its own: its ids need not be those of its webhooks."""
    return uuid5(feed.id, "list")


def is_of(told: str, number: str) -> bool:
    """Whether a told number is this account's, with or without zeros before it."""
    return told.upper().lstrip("0") == number.lstrip("0")


def asked_since(feed: FeedView, day: date) -> date:
    """From which day on a list is asked for: since it was had last, and some days before."""
    return min(feed.pulled_until or day, day) - ASKED_BACK


def pulled_from(feed: FeedView, *, key: str) -> Sequence[FeedTelling] | None:
    """What the feed's aggregator lists of the last days; None when it did not answer as it should.

    `key` is SECRET_KEY. Asked outside any transaction.
    """
    source = PULLED.get(Provider(feed.provider))
    if source is None or feed.sealed_pull_key is None:
        return None
    pull_key = unseal(feed.sealed_pull_key, key=key)
    since = asked_since(feed, today())
    try:
        pulled = source.pull(pull_key, feed.account_number, since, today())
    except PullFailed as error:
        log.warning("feed_not_pulled", feed_id=str(feed.id), reason=error.reason)
        return None
    if pulled.unreadable:
        log.error("feed_unreadable", feed_id=str(feed.id), entry_count=pulled.unreadable)
    return pulled.tellings


def mark_pulled(session: Session, feed_id: UUID) -> None:
    """Keep that a feed's list was had whole up to now."""
    session.execute(
        text(
            "UPDATE bank_feeds SET pulled_until = now()"
            " WHERE branch_id = current_branch() AND id = :id"
        ),
        {"id": feed_id},
    )
