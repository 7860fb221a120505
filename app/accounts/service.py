"""Verbs about people: add, shut out, let in again, grant and end a role, change a password; tokens.

What is done about a person belongs to no branch: each branch where he holds a role is told in its
trail. The scope names who does it (ActorScope will do).
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from app import audit
from app.accounts.models import ApiToken, Membership, User
from app.accounts.passwords import hash_password, refuse_unfit
from app.accounts.permissions import Role
from app.accounts.queries import branches_of
from app.db.scope import ActorScope, BranchScope, acting_for
from app.kernel.errors import NotFound, marked
from app.kernel.ids import uuid7


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token's id and, this once, the token itself."""

    id: UUID
    token: str


def add_user(session: Session, *, email: str, name: str, password: str | None) -> UUID:
    """Add a person; without a password he is software that holds tokens. Returns the id.

    Raises:
        Invalid: the password is unfit (app.accounts.passwords).
    """
    if password is not None:
        refuse_unfit(password, email=email)
    user_id = uuid7()
    session.execute(
        insert(User).values(
            id=user_id,
            email=email.lower(),
            name=name,
            password_hash=None if password is None else hash_password(password),
        ),
    )
    return user_id


def grant_role(session: Session, *, user_id: UUID, role: Role) -> UUID:
    """Give a person a role in the scope's branch from now on. Returns the membership's id.

    Tokens he got for it before, in an earlier term, open nothing any more.
    """
    _revoke_tokens(session, user_id, role)
    membership_id = uuid7()
    session.execute(insert(Membership).values(id=membership_id, user_id=user_id, role=role))
    audit.record(session, "memberships.granted", membership_id)
    return membership_id


def end_role(session: Session, *, user_id: UUID, role: Role) -> None:
    """End a role in the scope's branch now; the person's next request is refused.

    The person's tokens for it end with it: the role given again later opens no old token.

    Raises:
        NotFound: the person has no such role here.
    """
    ended = session.scalars(
        update(Membership)
        .where(
            Membership.user_id == user_id,
            Membership.role == role,
            Membership.valid_to.is_(None),
        )
        .values(valid_to=func.now())
        .returning(Membership.id),
    ).all()
    if not ended:
        raise NotFound(marked("Người này không giữ vai trò đó ở đơn vị."))
    for membership_id in ended:
        audit.record(session, "memberships.ended", membership_id)
    _revoke_tokens(session, user_id, role)


def change_password(session: Session, *, user_id: UUID, password: str) -> None:
    """Set a new password and end every session of the person.

    Raises:
        Invalid: the password is unfit (app.accounts.passwords).
    """
    email = session.scalars(select(User.email).where(User.id == user_id)).one()
    refuse_unfit(password, email=email)
    session.execute(
        update(User).where(User.id == user_id).values(password_hash=hash_password(password)),
    )
    _end_sessions(session, user_id)
    _tell_branches(session, user_id, "users.password_changed")


def deactivate_user(session: Session, user_id: UUID) -> None:
    """Shut a person out now: sessions end, and no token acts for him any more."""
    session.execute(update(User).where(User.id == user_id).values(is_active=False))
    _end_sessions(session, user_id)
    _tell_branches(session, user_id, "users.deactivated")


def activate_user(session: Session, user_id: UUID) -> None:
    """Let a person in again, in the roles he still holds; what ended with his time out stays so."""
    session.execute(update(User).where(User.id == user_id).values(is_active=True))
    for _ in _in_each_branch(session, user_id):
        _revoke_tokens(session, user_id, *Role)
        audit.record(session, "users.activated", user_id)


def create_token(session: Session, *, user_id: UUID, role: Role, label: str) -> NewToken:
    """Make an API token for a person's role in the scope's branch; only its digest is stored."""
    token = "kh_" + secrets.token_urlsafe(32)
    return NewToken(keep_token(session, token, user_id=user_id, role=role, label=label), token)


def keep_token(session: Session, token: str, *, user_id: UUID, role: Role, label: str) -> UUID:
    """Let `token`, 256 secret bits of the caller's, open the scope's branch; returns its id."""
    token_id = uuid7()
    session.execute(
        insert(ApiToken).values(
            id=token_id, digest=token_digest(token), user_id=user_id, role=role, label=label
        ),
    )
    audit.record(session, "tokens.created", token_id)
    return token_id


def revoke_token(session: Session, token_id: UUID) -> None:
    """End a token of the scope's branch now; ending it again changes nothing.

    Raises:
        NotFound: absent, or another branch's.
    """
    known = session.scalars(select(ApiToken).where(ApiToken.id == token_id)).first()
    if known is None:
        raise NotFound(marked("Không tìm thấy mã truy cập này."))
    if known.revoked_at is None:
        known.revoked_at = session.scalars(select(func.now())).one()
        audit.record(session, "tokens.revoked", token_id)


def _revoke_tokens(session: Session, user_id: UUID, *roles: Role) -> None:
    revoked = session.scalars(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.role.in_(roles), ApiToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(ApiToken.id),
    ).all()
    for token_id in revoked:
        audit.record(session, "tokens.revoked", token_id)


def _tell_branches(session: Session, user_id: UUID, action: str) -> None:
    for _ in _in_each_branch(session, user_id):
        audit.record(session, action, user_id)


def _in_each_branch(session: Session, user_id: UUID) -> Iterator[None]:
    """Be in turn in every branch where the person holds a role now, as who acts already."""
    actor = session.execute(text("SELECT current_actor()")).scalar_one()
    with acting_for(session, ActorScope(user_id)):
        branch_ids = branches_of(session, user_id)
    for branch_id in branch_ids:
        with acting_for(session, BranchScope(branch_id, actor)):
            yield


def _end_sessions(session: Session, user_id: UUID) -> None:
    # The epoch ends a session that is being written at this moment, too.
    session.execute(
        update(User).where(User.id == user_id).values(epoch=func.gen_random_uuid()),
    )
    session.execute(text("DELETE FROM web_sessions WHERE user_id = :id"), {"id": user_id})


def token_digest(token: str) -> bytes:
    """What is stored of a token or a session cookie: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
