"""Branches as tables: an identity for ever, and dated rows for name, kind and parent."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.columns import Day, Key


class Branch(Base):
    """A branch of the association: a tenant when it keeps its own books."""

    __tablename__ = "branches"

    id: Mapped[Key]
    slug: Mapped[str]
    official_code: Mapped[str | None]
    books: Mapped[str]
    opened_on: Mapped[Day]
    closed_on: Mapped[date | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    area_km2: Mapped[float | None]
    population: Mapped[int | None]
    tile_x: Mapped[int | None]
    tile_y: Mapped[int | None]


class BranchTerm(Base):
    """What a branch was called, was, and under whom, from valid_from until before valid_to."""

    __tablename__ = "branch_history"

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    name: Mapped[str]
    short_name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))


class BranchSuccession(Base):
    """Which branch went on with what another one left, wholly or in part."""

    __tablename__ = "branch_successions"

    predecessor_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    successor_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    effective_on: Mapped[date] = mapped_column(primary_key=True)
    share: Mapped[str]
    decision: Mapped[str]
