"""Book against statements, day by day (đối chiếu sao kê): equal, or what makes the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ReconciledDay:
    """One day on which money moved at the bank: sums of the day in đồng.

    `told` is what banks told, `booked` what the bank book says, `by_hand` the part of it that
    people typed and no line has answered yet, `elsewhere` lines booked on another day since theirs
    was closed. told = booked − by_hand + elsewhere, or something is wrong.
    """

    day: date
    credited: int
    debited: int
    booked: int
    by_hand: int
    elsewhere: int

    @property
    def told(self) -> int:
        """What the lines of the day changed."""
        return self.credited - self.debited

    @property
    def difference(self) -> int:
        """What nothing explains."""
        return self.told - (self.booked - self.by_hand + self.elsewhere)


@dataclass(frozen=True, slots=True)
class StatementDay:
    """What a statement says its account held at its end, and what the lines make of it."""

    account_number: str
    last_day: date
    closing: int
    by_lines: int


DAYS: Final = """
    WITH told AS (
      SELECT l.day, coalesce(sum(l.amount) FILTER (WHERE l.side = 'credit'), 0) AS credited,
             coalesce(sum(l.amount) FILTER (WHERE l.side = 'debit'), 0) AS debited
      FROM bank_lines l WHERE l.branch_id = current_branch()
        AND l.day BETWEEN :first AND :last GROUP BY l.day
    ), posted AS (
      SELECT e.id, e.source_kind, e.source_id, e.dated_on AS day,
             sum(p.signed_amount) AS change
      FROM journal_entries e
      JOIN postings p ON (p.branch_id, p.entry_id) = (e.branch_id, e.id)
      WHERE e.branch_id = current_branch() AND p.account_code = '112'
        AND e.dated_on BETWEEN :first AND :last
      GROUP BY e.id, e.source_kind, e.source_id, e.dated_on
    ), booked AS (
      SELECT x.day, sum(x.change) AS booked,
             sum(x.change) FILTER (WHERE x.source_kind <> 'bank_line') AS by_hand,
             coalesce(sum(x.change) FILTER (WHERE l.day <> x.day), 0) AS strangers
      FROM posted x LEFT JOIN bank_lines l
        ON x.source_kind = 'bank_line' AND l.branch_id = current_branch() AND l.id = x.source_id
      GROUP BY x.day
    ), moved AS (
      SELECT l.day, sum(CASE l.side WHEN 'credit' THEN l.amount ELSE -l.amount END) AS elsewhere
      FROM bank_lines l JOIN journal_entries e
        ON (e.branch_id, e.source_kind, e.source_id) = (l.branch_id, 'bank_line', l.id)
      WHERE l.branch_id = current_branch() AND e.dated_on <> l.day
        AND l.day BETWEEN :first AND :last GROUP BY l.day
    )
    SELECT day, coalesce(t.credited, 0)::bigint, coalesce(t.debited, 0)::bigint,
           coalesce(b.booked, 0)::bigint, coalesce(b.by_hand, 0)::bigint,
           (coalesce(m.elsewhere, 0) - coalesce(b.strangers, 0))::bigint
    FROM told t FULL JOIN booked b USING (day) FULL JOIN moved m USING (day) ORDER BY day
"""
CLOSINGS: Final = """
    SELECT a.number, s.last_day, s.closing_balance, (s.opening_balance + coalesce((
      SELECT sum(CASE l.side WHEN 'credit' THEN l.amount ELSE -l.amount END) FROM bank_lines l
      WHERE (l.branch_id, l.account_id) = (s.branch_id, s.account_id)
        AND l.day BETWEEN s.first_day AND s.last_day), 0))::bigint
    FROM bank_statements s
    JOIN bank_accounts a ON (a.branch_id, a.id) = (s.branch_id, s.account_id)
    WHERE s.branch_id = current_branch() AND s.last_day BETWEEN :first AND :last
    ORDER BY s.last_day, a.number
"""


def reconciled_days(session: Session, first: date, last: date) -> Sequence[ReconciledDay]:
    """Every day from first to last on which lines or the bank book moved."""
    rows = session.execute(text(DAYS), {"first": first, "last": last})
    return [ReconciledDay(*row) for row in rows]


def closings(session: Session, first: date, last: date) -> Sequence[StatementDay]:
    """What statements that end in these days say at their end, beside what the lines make of it."""
    rows = session.execute(text(CLOSINGS), {"first": first, "last": last})
    return [StatementDay(*row) for row in rows]


def unanswered_transfers(session: Session, first: date, last: date) -> Sequence[UUID]:
    """Gifts that people typed as transfers and that no line has answered, by day."""
    query = text(
        "SELECT n.id FROM donations n WHERE n.branch_id = current_branch()"
        " AND n.method = 'bank_transfer' AND n.received_on BETWEEN :first AND :last"
        " AND NOT EXISTS (SELECT FROM donation_reversals r"
        " WHERE (r.branch_id, r.donation_id) = (n.branch_id, n.id))"
        " AND NOT EXISTS (SELECT FROM bank_matches m"
        " WHERE (m.branch_id, m.subject_id) = (n.branch_id, n.id) AND m.undone_at IS NULL)"
        " ORDER BY n.received_on, n.id"
    )
    return session.scalars(query, {"first": first, "last": last}).all()
