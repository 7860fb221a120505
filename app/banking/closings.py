"""What the bank says an account holds, beside what the book says, with what lies between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.reconciliation import PLACED, WITNESSED


@dataclass(frozen=True, slots=True)
class StatementDay:
    """What a statement says its account held at its end, and what the lines make of it.

    The lines are those that it tells, and those of its days that no statement tells.
    """

    account_number: str
    last_day: date
    closing: int
    by_lines: int

    @property
    def difference(self) -> int:
        """How much more the lines make than the statement says."""
        return self.by_lines - self.closing


@dataclass(frozen=True, slots=True)
class LastClosing:
    """What an account held at the end of its last statement."""

    account_number: str
    last_day: date
    closing: int


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The bank book at the end of a day, from the last closings step by step, in đồng.

    `missing`: notices told, a statement of the day does not. `later`: lines after the last
    statement, or of an account that has none. `by_hand`: booked, no line answers it. `elsewhere`:
    booked on the other side of the day. `before`: what statements say was there and no line tells:
    money from before the first line, or of days between statements.
    """

    day: date
    closings: Sequence[LastClosing]
    missing: int
    later: int
    by_hand: int
    elsewhere: int
    before: int
    booked: int

    @property
    def closing(self) -> int:
        """What the last statements say, all accounts together."""
        return sum(each.closing for each in self.closings)


CLOSINGS: Final = """
    SELECT a.number, s.last_day, s.closing_balance,
      (s.opening_balance + coalesce((
        SELECT sum(CASE l.side WHEN 'credit' THEN l.amount ELSE -l.amount END)
        FROM bank_line_tellings t
        JOIN bank_lines l ON (l.branch_id, l.id) = (t.branch_id, t.line_id)
        WHERE (t.branch_id, t.teller_id) = (s.branch_id, s.id)), 0)
      + coalesce((SELECT sum(w.change) FROM witnessed w
        WHERE w.account_id = s.account_id AND NOT w.is_stated
          AND w.day BETWEEN s.first_day AND s.last_day), 0))::bigint
    FROM bank_statements s
    JOIN bank_accounts a ON (a.branch_id, a.id) = (s.branch_id, s.account_id)
    WHERE s.branch_id = current_branch() AND s.last_day BETWEEN :ends_from AND :last
    ORDER BY s.last_day, a.number
"""
FIRST_DAY: Final = """
    SELECT min(s.first_day) FROM bank_statements s
    WHERE s.branch_id = current_branch() AND s.last_day BETWEEN :first AND :last
"""
LATEST: Final = """
    latest AS (
      SELECT DISTINCT ON (s.account_id) s.account_id, s.last_day, s.closing_balance
      FROM bank_statements s WHERE s.branch_id = current_branch() AND s.last_day <= :last
      ORDER BY s.account_id, s.last_day DESC, s.imported_at DESC, s.id DESC
    )
"""
LAST_CLOSINGS: Final = """
    SELECT a.number, c.last_day, c.closing_balance FROM latest c
    JOIN bank_accounts a ON a.branch_id = current_branch() AND a.id = c.account_id
    ORDER BY a.number
"""
STEPS: Final = """
    told AS (
      SELECT sum(w.change) FILTER (WHERE c.last_day IS NULL OR w.day > c.last_day) AS later,
             sum(w.change) FILTER (WHERE w.day <= c.last_day
               AND w.is_covered AND NOT w.is_stated) AS missing,
             sum(w.change) FILTER (WHERE w.day <= c.last_day
               AND (w.is_stated OR NOT w.is_covered)) AS known
      FROM witnessed w LEFT JOIN latest c ON c.account_id = w.account_id
    ), book AS (
      SELECT sum(x.change) FILTER (WHERE x.booked_on <= :last) AS booked,
             sum(x.change) FILTER (WHERE x.day <= :last) AS owned,
             sum(x.change) FILTER (WHERE x.day <= :last AND NOT x.is_told) AS by_hand
      FROM placed x
    )
    SELECT coalesce(t.missing, 0)::bigint, coalesce(t.later, 0)::bigint,
           coalesce(b.by_hand, 0)::bigint,
           (coalesce(b.booked, 0) - coalesce(b.owned, 0))::bigint,
           (coalesce(t.known, 0)
             - coalesce((SELECT sum(c.closing_balance) FROM latest c), 0))::bigint,
           coalesce(b.booked, 0)::bigint
    FROM told t CROSS JOIN book b
"""


def closings(session: Session, first: date, last: date) -> Sequence[StatementDay]:
    """What statements that end in these days say at their end, beside what the lines make of it."""
    ends = {"first": first, "last": last}
    # A statement may have begun long before the month in which it ends.
    begun = session.execute(text(FIRST_DAY), ends).scalar() or first
    asked = {"first": min(begun, first), "last": last, "ends_from": first}
    query = text(f"WITH {WITNESSED} {CLOSINGS}")
    return [StatementDay(*row) for row in session.execute(query, asked)]


def month_end(session: Session, last: date) -> MonthEnd:
    """The bank book at the end of a day, beside the last statements that end by then."""
    asked = {"first": date.min, "last": last}
    found = session.execute(text(f"WITH {LATEST} {LAST_CLOSINGS}"), {"last": last})
    steps = session.execute(text(f"WITH {WITNESSED}, {PLACED}, {LATEST}, {STEPS}"), asked).one()
    return MonthEnd(
        last,
        [LastClosing(*row) for row in found],
        *steps,
    )
