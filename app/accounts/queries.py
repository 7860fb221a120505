"""Reads about people: who may sign in, where they are members, how an actor is called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Membership, User
from app.accounts.permissions import Role
from app.kernel.text import UnreadableText, clean_email

_NOW: Final = (
    Membership.valid_from <= func.now(),
    or_(Membership.valid_to.is_(None), Membership.valid_to > func.now()),
)


@dataclass(frozen=True, slots=True)
class UserView:
    """A person, or software, as others see one; software has no password and never signs in."""

    id: UUID
    email: str
    name: str
    password_hash: str | None = field(repr=False)
    epoch: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A branch a person belongs to, and the roles held there today."""

    branch_slug: str
    roles: tuple[str, ...]


def find_user_by_email(session: Session, email: str) -> UserView | None:
    """The active person with this e-mail, or None; a text that is no address names nobody."""
    try:
        address = clean_email(email)
    except UnreadableText:
        return None
    found = session.execute(_users().where(User.email == address, User.is_active)).first()
    return UserView(*found) if found else None


def find_user(session: Session, user_id: UUID) -> UserView | None:
    """The active person with this id, or None."""
    found = session.execute(_users().where(User.id == user_id, User.is_active)).first()
    return UserView(*found) if found else None


def seats_of_actor(session: Session) -> Sequence[Seat]:
    """The branches of the scope's own actor, by slug."""
    rows = session.execute(
        text(
            "SELECT b.slug, array_agg(m.role ORDER BY m.role) FROM memberships m"
            " JOIN branches b ON b.id = m.branch_id"
            " WHERE m.user_id = current_actor() AND m.valid_from <= now()"
            " AND coalesce(m.valid_to, 'infinity') > now() GROUP BY b.slug ORDER BY b.slug",
        ),
    )
    return [Seat(slug, tuple(roles)) for slug, roles in rows]


def branches_of(session: Session, user_id: UUID) -> Sequence[UUID]:
    """The branches where the person, who must be the scope's actor, holds a role now."""
    held = select(Membership.branch_id).where(Membership.user_id == user_id, *_NOW).distinct()
    return session.scalars(held.order_by(Membership.branch_id)).all()


def holds_role(session: Session, user_id: UUID, role: Role) -> bool:
    """Whether the person holds the role in the scope's branch now."""
    held = select(Membership.id).where(
        Membership.user_id == user_id, Membership.role == role, *_NOW
    )
    return session.execute(held).first() is not None


def tokens_of_branch(session: Session) -> Sequence[ApiToken]:
    """The tokens that open the scope's branch, oldest first."""
    return session.scalars(
        select(ApiToken).where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id)
    ).all()


def all_users(session: Session) -> Sequence[UserView]:
    """Everybody who was ever added, by e-mail; deactivated people and software too."""
    return [UserView(*row) for row in session.execute(_users().order_by(User.email))]


def token_opens(session: Session, digest: bytes) -> bool:
    """Whether the token with this digest opens the scope's branch."""
    known = select(ApiToken.id).where(ApiToken.digest == digest, ApiToken.revoked_at.is_(None))
    return session.execute(known).first() is not None


def names_of(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of the people who acted, for the trail on a page."""
    ids = list(set(user_ids))
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _users() -> Select[UUID, str, str, str | None, UUID, bool]:
    return select(User.id, User.email, User.name, User.password_hash, User.epoch, User.is_active)
