"""Book against statements, day by day (đối chiếu sao kê): equal, or what makes the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.queries import LINES, LineView


@dataclass(frozen=True, slots=True)
class ReconciledDay:
    """One day on which money moved at the bank: sums of the day in đồng.

    `credited` and `debited` are what statements tell. What notices of the bank alone told is
    `missing` where a statement covers the day, `unstated` where none does yet. `booked` is what the
    bank book says, `by_hand` what was booked for the day without a line that answers it, and
    `elsewhere` what belongs to the day and was booked on another one.
    told = booked − by_hand + elsewhere, or something is wrong.
    """

    day: date
    credited: int
    debited: int
    missing: int
    missing_count: int
    unstated: int
    unstated_count: int
    booked: int
    by_hand: int
    elsewhere: int

    @property
    def noticed(self) -> int:
        """What only notices of the bank told."""
        return self.missing + self.unstated

    @property
    def told(self) -> int:
        """What the lines of the day changed, each movement once."""
        return self.credited - self.debited + self.noticed

    @property
    def difference(self) -> int:
        """What nothing explains."""
        return self.told - (self.booked - self.by_hand + self.elsewhere)

    @property
    def is_agreed(self) -> bool:
        """Whether statements tell the day as the book does, with nothing to add."""
        return not (
            self.difference
            or self.missing_count
            or self.unstated_count
            or self.by_hand
            or self.elsewhere
        )


# Lines as movements: one that was found to be another one's is not counted again.
WITNESSED: Final = """
    witnessed AS MATERIALIZED (
      SELECT l.id, l.account_id, l.day, l.side, l.amount,
             CASE l.side WHEN 'credit' THEN l.amount ELSE -l.amount END AS change,
             EXISTS (SELECT FROM bank_line_tellings t
               JOIN bank_statements s ON (s.branch_id, s.id) = (t.branch_id, t.teller_id)
               WHERE (t.branch_id, t.line_id) = (l.branch_id, l.id)) AS is_stated,
             EXISTS (SELECT FROM bank_statements s
               WHERE (s.branch_id, s.account_id) = (l.branch_id, l.account_id)
                 AND l.day BETWEEN s.first_day AND s.last_day) AS is_covered
      FROM bank_lines l
      WHERE l.branch_id = current_branch() AND l.day BETWEEN :first AND :last
        AND NOT EXISTS (SELECT FROM bank_matches m
          WHERE (m.branch_id, m.line_id) = (l.branch_id, l.id)
            AND m.kind = 'told_twice' AND m.undone_at IS NULL)
    )
"""
# Every change of the bank book with the day to which it belongs: a line's own day, the day of the
# gift that a line answered, of what a reversal takes back. Booked it may be on another one.
# CASE, not coalesce: below row-level security PostgreSQL finds by no key that coalesce made.
PLACED: Final = """
    changed AS (
      SELECT p.entry_id, sum(p.signed_amount) AS change FROM postings p
      WHERE p.branch_id = current_branch() AND p.account_code = '112'
      GROUP BY p.entry_id HAVING sum(p.signed_amount) <> 0
    ), caused AS (
      SELECT e.dated_on AS booked_on, c.change,
             CASE WHEN o.id IS NULL THEN e.dated_on ELSE o.dated_on END AS day,
             CASE WHEN o.id IS NULL THEN e.source_kind ELSE o.source_kind END AS source_kind,
             CASE WHEN o.id IS NULL THEN e.source_id ELSE o.source_id END AS source_id
      FROM changed c
      JOIN journal_entries e ON e.branch_id = current_branch() AND e.id = c.entry_id
      LEFT JOIN journal_entries o ON (o.branch_id, o.id) = (e.branch_id, e.reverses_id)
    ), placed AS (
      SELECT x.booked_on, x.change, coalesce(l.day, s.dated_on, x.day) AS day,
             x.source_kind = 'bank_line' OR coalesce(m.kind = 'told_twice', false) AS is_told
      FROM caused x
      LEFT JOIN bank_matches m
        ON m.branch_id = current_branch() AND x.source_kind = 'bank_match' AND m.id = x.source_id
      LEFT JOIN bank_lines l ON l.branch_id = current_branch()
        AND l.id = CASE WHEN x.source_kind = 'bank_line' THEN x.source_id
                        WHEN m.kind = 'told_twice' THEN m.line_id END
      LEFT JOIN journal_entries s ON s.branch_id = current_branch() AND s.source_id = m.subject_id
        AND s.source_kind = CASE m.kind WHEN 'recorded_gift' THEN 'donation'
                                        WHEN 'payout' THEN 'payout' END
    )
"""
DAYS: Final = """
    told AS (
      SELECT w.day,
             sum(w.amount) FILTER (WHERE w.is_stated AND w.side = 'credit') AS credited,
             sum(w.amount) FILTER (WHERE w.is_stated AND w.side = 'debit') AS debited,
             sum(w.change) FILTER (WHERE NOT w.is_stated AND w.is_covered) AS missing,
             count(*) FILTER (WHERE NOT w.is_stated AND w.is_covered) AS missing_count,
             sum(w.change) FILTER (WHERE NOT w.is_stated AND NOT w.is_covered) AS unstated,
             count(*) FILTER (WHERE NOT w.is_stated AND NOT w.is_covered) AS unstated_count
      FROM witnessed w GROUP BY w.day
    ), booked AS (
      SELECT x.booked_on AS day, sum(x.change) AS booked,
             sum(x.change) FILTER (WHERE x.booked_on <> x.day) AS strangers
      FROM placed x WHERE x.booked_on BETWEEN :first AND :last GROUP BY x.booked_on
    ), owned AS (
      SELECT x.day, sum(x.change) FILTER (WHERE NOT x.is_told) AS by_hand,
             sum(x.change) FILTER (WHERE x.booked_on <> x.day) AS away
      FROM placed x WHERE x.day BETWEEN :first AND :last GROUP BY x.day
    )
    SELECT day, coalesce(t.credited, 0)::bigint, coalesce(t.debited, 0)::bigint,
           coalesce(t.missing, 0)::bigint, coalesce(t.missing_count, 0),
           coalesce(t.unstated, 0)::bigint, coalesce(t.unstated_count, 0),
           coalesce(b.booked, 0)::bigint, coalesce(o.by_hand, 0)::bigint,
           (coalesce(o.away, 0) - coalesce(b.strangers, 0))::bigint
    FROM told t FULL JOIN booked b USING (day) FULL JOIN owned o USING (day) ORDER BY day
"""
MISSING: Final = """
    AND l.id IN (SELECT w.id FROM witnessed w WHERE w.is_covered AND NOT w.is_stated)
    ORDER BY l.day, l.id
"""
# A gift that a line answered in part waits for the rest.
UNANSWERED: Final = """
    SELECT n.id FROM donations n WHERE n.branch_id = current_branch()
      AND n.method = 'bank_transfer' AND n.received_on BETWEEN :first AND :last
      AND NOT EXISTS (SELECT FROM donation_reversals r
        WHERE (r.branch_id, r.donation_id) = (n.branch_id, n.id))
      AND n.amount > coalesce((SELECT sum(m.amount) FROM bank_matches m
        WHERE (m.branch_id, m.subject_id) = (n.branch_id, n.id) AND m.undone_at IS NULL), 0)
    ORDER BY n.received_on, n.id
"""


def reconciled_days(session: Session, first: date, last: date) -> Sequence[ReconciledDay]:
    """Every day from first to last on which lines or the bank book moved."""
    query = text(f"WITH {WITNESSED}, {PLACED}, {DAYS}")
    rows = session.execute(query, {"first": first, "last": last})
    return [ReconciledDay(*row) for row in rows]


def missing_lines(session: Session, first: date, last: date) -> Sequence[LineView]:
    """Lines that the bank's notices told and that a statement of their day does not have."""
    query = text(f"WITH {WITNESSED} {LINES} {MISSING}")
    rows = session.execute(query, {"first": first, "last": last})
    return [LineView(*row) for row in rows]


def unanswered_transfers(session: Session, first: date, last: date) -> Sequence[UUID]:
    """Gifts that people typed as transfers and that lines have not answered in full, by day."""
    return session.scalars(text(UNANSWERED), {"first": first, "last": last}).all()
