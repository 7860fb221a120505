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


FUNDS: Final = """
    SELECT f.id, f.code, f.name, f.restriction, s.balance, s.reserved, s.available
    FROM funds f JOIN fund_standings s ON s.branch_id = f.branch_id AND s.fund_id = f.id
"""


def funds(session: Session) -> Sequence[FundView]:
    """Funds of the scope's branch that are open today, by code."""
    query = FUNDS + " WHERE f.closed_on IS NULL OR f.closed_on > local_day(now()) ORDER BY f.code"
    return [FundView(*row) for row in session.execute(text(query))]


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
