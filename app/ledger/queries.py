"""Reads of the book: entries with their lines, balances by account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PostingView:
    """One line as it stands in the book."""

    account: str
    account_name: str
    side: str
    amount: int
    fund_id: UUID | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry with its lines; `source_kind` and `source_id` name its cause."""

    id: UUID
    dated_on: date
    posted_at: datetime
    source_kind: str
    source_id: UUID
    reverses_id: UUID | None
    postings: tuple[PostingView, ...]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries: days both included, one fund or all, after the entry that a cursor names."""

    first: date | None = None
    last: date | None = None
    fund_id: UUID | None = None
    after: tuple[date, UUID] | None = None
    at_most: int = 50


ENTRIES: Final = """
    SELECT e.id, e.dated_on, e.posted_at, e.source_kind, e.source_id, e.reverses_id,
           (SELECT jsonb_agg(jsonb_build_object('account', p.account_code, 'account_name', a.name,
                     'side', p.side, 'amount', p.amount, 'fund_id', p.fund_id) ORDER BY p.line)
            FROM postings p
            JOIN ledger_accounts a ON (a.branch_id, a.code) = (p.branch_id, p.account_code)
            WHERE (p.branch_id, p.entry_id) = (e.branch_id, e.id)) AS lines
    FROM journal_entries e
    WHERE e.dated_on >= coalesce(CAST(:first AS date), '-infinity')
      AND e.dated_on <= coalesce(CAST(:last AS date), 'infinity')
      AND (CAST(:fund AS uuid) IS NULL OR EXISTS (
            SELECT FROM postings f WHERE (f.branch_id, f.entry_id) = (e.branch_id, e.id)
            AND f.fund_id = CAST(:fund AS uuid)))
      AND (CAST(:after_day AS date) IS NULL
           OR (e.dated_on, e.posted_at, e.id) <
              (CAST(:after_day AS date),
               (SELECT posted_at FROM journal_entries WHERE id = CAST(:after_id AS uuid)),
               CAST(:after_id AS uuid)))
    ORDER BY e.dated_on DESC, e.posted_at DESC, e.id DESC LIMIT :at_most
"""

CLOSED: Final = """
    SELECT DISTINCT day, local_day(now()) AS today FROM unnest(CAST(:days AS date[])) AS day
    JOIN periods p ON p.branch_id = current_branch() AND p.state = 'closed'
     AND day BETWEEN p.first_day AND p.last_day
"""


def entries(session: Session, wanted: EntryFilter) -> Sequence[EntryView]:
    """Entries of the scope's branch, newest date first; within a day the last posted first."""
    after_day, after_id = wanted.after or (None, None)
    rows = session.execute(
        text(ENTRIES),
        {
            "first": wanted.first,
            "last": wanted.last,
            "fund": wanted.fund_id,
            "after_day": after_day,
            "after_id": after_id,
            "at_most": wanted.at_most,
        },
    )
    return [EntryView(*(*row[:6], tuple(map(_line, row.lines)))) for row in rows]


def branches_with_books(session: Session) -> Sequence[UUID]:
    """Every branch that has a chart of accounts. Needs the relay's scope."""
    return session.scalars(text("SELECT DISTINCT branch_id FROM ledger_accounts")).all()


def branches_with_entries(session: Session) -> Sequence[str]:
    """Slugs of the branches in whose book something was posted. Needs the relay's scope."""
    query = (
        "SELECT slug FROM branches b WHERE EXISTS (SELECT FROM postings p WHERE p.branch_id = b.id)"
    )
    return session.scalars(text(query)).all()


def newest_entry_day(session: Session) -> date | None:
    """The last day of the branch's book that has an entry, or None when it has none."""
    day: date | None = session.execute(text("SELECT max(dated_on) FROM journal_entries")).scalar()
    return day


def _line(line: dict[str, object]) -> PostingView:
    fund = line["fund_id"]
    return PostingView(
        account=str(line["account"]),
        account_name=str(line["account_name"]),
        side=str(line["side"]),
        amount=int(str(line["amount"])),
        fund_id=UUID(str(fund)) if fund else None,
    )


def closed_days_among(session: Session, days: Sequence[date]) -> dict[date, date]:
    """The days that lie in closed periods, each with the day on which they can be booked: today."""
    rows = session.execute(text(CLOSED), {"days": list(days)})
    return {row.day: row.today for row in rows}
