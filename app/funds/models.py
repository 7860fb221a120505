"""Funds and drives."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.db.base import Base
from app.db.columns import BranchOwned, Day, Key


class Fund(BranchOwned, Base):
    """Money with one purpose; its restriction never changes."""

    __tablename__ = "funds"

    id: Mapped[Key]
    code: Mapped[str]
    name: Mapped[str]
    restriction: Mapped[str]
    opened_on: Mapped[Day]
    closed_on: Mapped[date | None]


class Drive(BranchOwned, Base):
    """A dated appeal (đợt vận động) for one fund."""

    __tablename__ = "drives"

    id: Mapped[Key]
    fund_id: Mapped[UUID]
    name: Mapped[str]
    starts_on: Mapped[Day]
    ends_on: Mapped[date | None]
    target_amount: Mapped[int | None]
