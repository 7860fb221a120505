"""Flask's session, kept in the database: the cookie opens a row and can be revoked.

The signed cookie of Flask would stay good after signing out (reliability.md E24).
"""

import json
import secrets
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from app.accounts.service import token_digest
from app.accounts.sessions import end_session, find_session, keep_session, touch_session
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work

WITHOUT_SESSION = ("/static/", "/api/", "/healthz", "/readyz", "/metrics")


class DatabaseSession(CallbackDict[str, Any], SessionMixin):
    """What one browser's session remembers; `token` is what its cookie holds."""

    def __init__(self, token: str | None = None, data: dict[str, Any] | None = None) -> None:
        super().__init__(data or {}, DatabaseSession._changed)
        self.token = token
        self.new = token is None
        self.modified = False
        self.accessed = True

    def _changed(self) -> None:
        self.modified = True

    def renew(self) -> None:
        """Forget everything and take a new token: before a person signs in, and after he leaves."""
        self.clear()
        if self.token:
            with unit_of_work(DirectoryScope()) as session:
                end_session(session, token_digest(self.token))
        self.token = None
        self.modified = True


class DatabaseSessions(SessionInterface):
    """Opens and keeps DatabaseSessions; pages without a session touch no table."""

    def open_session(self, app: Flask, request: Request) -> DatabaseSession:
        """The session of the request's cookie, or an empty one."""
        token = request.cookies.get(self.get_cookie_name(app))
        if not token or request.path.startswith(WITHOUT_SESSION):
            return DatabaseSession()
        with reading(DirectoryScope()) as session:
            stored = find_session(session, token_digest(token))
        return DatabaseSession(token, stored.data) if stored else DatabaseSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed; an untouched session only counts the visit."""
        if not isinstance(session, DatabaseSession):
            raise TypeError(session)
        if not session.modified:
            self._count_visit(session)
            return
        response.vary.add("Cookie")
        if not session:
            response.delete_cookie(self.get_cookie_name(app), path="/")
            return
        session.token = session.token or secrets.token_urlsafe(32)
        with unit_of_work(DirectoryScope()) as database:
            keep_session(
                database, token_digest(session.token), json.dumps(dict(session)), _user_of(session)
            )
        response.set_cookie(
            self.get_cookie_name(app),
            session.token,
            secure=bool(app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
            path="/",
        )

    def _count_visit(self, session: DatabaseSession) -> None:
        if session.token and _user_of(session):
            with unit_of_work(DirectoryScope()) as database:
                touch_session(database, token_digest(session.token))


def _user_of(session: DatabaseSession) -> UUID | None:
    signed_in = session.get("_user_id")
    return UUID(signed_in.partition(":")[0]) if signed_in else None
