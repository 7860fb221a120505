"""Givers and how to reach them."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.columns import BranchOwned, Instant, Key


class Donor(BranchOwned, Base):
    """A giver as one branch knows him; search_key is folded, sort_key is in Vietnamese order."""

    __tablename__ = "donors"

    id: Mapped[Key]
    kind: Mapped[str]
    name: Mapped[str]
    search_key: Mapped[str]
    sort_key: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
