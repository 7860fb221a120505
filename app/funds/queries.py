"""Reads of funds: what they hold, what is promised, what may still be used; and open drives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked


@dataclass(frozen=True, slots=True)
class FundView:
    """A fund with its standing in đồng, exact at the moment of the snapshot."""

    id: UUID
    code: str
    name: str
    restriction: str
    balance: int
    reserved: int
    available: int


@dataclass(frozen=True, slots=True)
class DriveView:
    """A drive open today."""

    id: UUID
    fund_id: UUID
    name: str
    starts_on: date
    ends_on: date | None
    target_amount: int | None


@dataclass(frozen=True, slots=True)
class BalanceAfter:
    """What one entry did to a fund, and what the fund held then, in đồng."""

    change: int
    balance: int


FUNDS: Final = """
    SELECT f.id, f.code, f.name, f.restriction, s.balance, s.reserved, s.available
    FROM funds f JOIN fund_standings s ON (s.branch_id, s.fund_id) = (f.branch_id, f.id)
"""
# As fund_standings counts: what the fund's money accounts gained or lost.
RUNNING: Final = """
    SELECT entry_id, change, balance FROM (
      SELECT entry_id, change,
             sum(change) OVER (ORDER BY dated_on, posted_at, entry_id)::bigint AS balance
      FROM (SELECT j.dated_on, j.posted_at, p.entry_id,
              coalesce(sum(p.signed_amount) FILTER (WHERE a.kind = 'money'), 0)::bigint AS change
            FROM postings p
            JOIN ledger_accounts a ON (a.branch_id, a.code) = (p.branch_id, p.account_code)
            JOIN journal_entries j ON (j.branch_id, j.id) = (p.branch_id, p.entry_id)
            WHERE p.branch_id = current_branch() AND p.fund_id = :fund_id
            GROUP BY j.dated_on, j.posted_at, p.entry_id) e) b
    WHERE entry_id = ANY(:ids)
"""


def funds(session: Session) -> Sequence[FundView]:
    """Funds of the scope's branch that are open today, by code."""
    query = FUNDS + " WHERE f.closed_on IS NULL OR f.closed_on > local_day(now()) ORDER BY f.code"
    return [FundView(*row) for row in session.execute(text(query))]


def all_funds(session: Session) -> Sequence[FundView]:
    """Funds of the scope's branch, closed ones too, by code."""
    return [FundView(*row) for row in session.execute(text(FUNDS + " ORDER BY f.code"))]


def get_fund(session: Session, fund_id: UUID) -> FundView:
    """One fund of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(FUNDS + " WHERE f.id = :id"), {"id": fund_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy quỹ này."))
    return FundView(*row)


def open_drives(session: Session) -> Sequence[DriveView]:
    """Drives of the scope's branch that accept gifts today, newest first."""
    query = (
        "SELECT id, fund_id, name, starts_on, ends_on, target_amount FROM drives"
        " WHERE starts_on <= local_day(now()) AND coalesce(ends_on, 'infinity') >= local_day(now())"
        " ORDER BY starts_on DESC, id"
    )
    return [DriveView(*row) for row in session.execute(text(query))]


def balances_after(
    session: Session, fund_id: UUID, entry_ids: Sequence[UUID]
) -> dict[UUID, BalanceAfter]:
    """The fund's balance after each of the entries, in the order of the book: day, then posting."""
    rows = session.execute(text(RUNNING), {"fund_id": fund_id, "ids": list(entry_ids)})
    return {entry_id: BalanceAfter(change, balance) for entry_id, change, balance in rows}
