"""Who is at the browser: Flask-Login over server-side sessions."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from app.accounts.queries import UserView, find_user
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading

manager = LoginManager()
manager.session_protection = None  # it ties to address and browser, and breaks telephones


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login is untyped
    """The person of the session. `epoch` changes with the password and ends old sessions."""

    id: UUID
    name: str
    email: str
    epoch: UUID

    def get_id(self) -> str:
        """What the session remembers of a person."""
        return f"{self.id}:{self.epoch}"


def install(app: Flask) -> None:
    """Register Flask-Login; pages, error pages too, are drawn without asking who is there."""
    manager.init_app(app, add_context_processor=False)


@manager.user_loader  # type: ignore[untyped-decorator]
def load_person(remembered: str) -> SignedIn | None:
    """The active person the session remembers, unless the password has changed since."""
    user_id, _, epoch = remembered.partition(":")
    with reading(DirectoryScope()) as database:
        user = find_user(database, UUID(user_id))
    return person_of(user) if user and str(user.epoch) == epoch else None


def person_of(user: UserView) -> SignedIn:
    """The signed-in form of a user."""
    return SignedIn(user.id, user.name, user.email, user.epoch)


def sign_in(user: UserView) -> None:
    """Start a new session for the person; nothing of the old one is kept (no fixation)."""
    session.renew()  # type: ignore[attr-defined]  # app.web.sessions.DatabaseSession
    login_user(person_of(user))


def sign_out() -> None:
    """End the session on the server; its cookie opens nothing any more."""
    logout_user()
    session.renew()  # type: ignore[attr-defined]  # app.web.sessions.DatabaseSession
