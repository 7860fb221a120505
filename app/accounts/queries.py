"""Reads about people: who may sign in, where they are members, how an actor is called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import User


@dataclass(frozen=True, slots=True)
class Seat:
    """A branch a person belongs to, and the roles held there today."""

    branch_slug: str
    roles: tuple[str, ...]


def find_user_by_email(session: Session, email: str) -> User | None:
    """The active person with this e-mail, or None."""
    return session.scalars(
        select(User).where(User.email == email.strip().lower(), User.is_active),
    ).first()


def find_user(session: Session, user_id: UUID) -> User | None:
    """The active person with this id, or None."""
    return session.scalars(select(User).where(User.id == user_id, User.is_active)).first()


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


def names_of(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of the people who acted, for the trail on a page."""
    ids = list(set(user_ids))
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {user_id: name for user_id, name in rows}
