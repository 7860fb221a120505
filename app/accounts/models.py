"""People who sign in and what they are where."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.columns import BranchOwned, Instant, Key


class User(Base):
    """A person, or a piece of software that acts for one. `epoch` changes with the password."""

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    epoch: Mapped[UUID]
    is_active: Mapped[bool]


class Membership(BranchOwned, Base):
    """A role of a person in a branch, from and to; the row stays when it has ended."""

    __tablename__ = "memberships"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    valid_from: Mapped[Instant]
    valid_to: Mapped[datetime | None]


class ApiToken(BranchOwned, Base):
    """A token's digest; the token itself was shown once and is kept nowhere."""

    __tablename__ = "api_tokens"

    id: Mapped[Key]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    label: Mapped[str]
    revoked_at: Mapped[datetime | None]
