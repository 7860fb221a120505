"""Flask's session, kept in the database once somebody signed in: its cookie can be revoked.

The signed cookie of Flask would stay good after signing out (reliability.md E24). Who has not
signed in has nothing to revoke: his form's token lies in such a cookie, and he costs no row.
"""

import json
import secrets
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import CallbackDict

from app.accounts.service import token_digest
from app.accounts.sessions import (
    end_session,
    find_session,
    keep_session,
    start_session,
    touch_session,
)
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.errors import Busy

log = structlog.get_logger()

STRANGER_SECONDS = 7200
WITHOUT_SESSION = ("/static/", "/api/", "/webhooks/", "/healthz", "/readyz", "/metrics")


def install(app: Flask) -> None:
    """Keep sessions in the database; what kept one from being read is answered like any refusal."""
    app.session_interface = DatabaseSessions()
    app.before_request(refuse_unreadable)


def refuse_unreadable() -> None:
    """Refuse a request whose session could not be read.

    Raises:
        Busy, SQLAlchemyError: as reading it raised, now where errors are answered.
    """
    unreadable = getattr(session, "unreadable", None)
    if unreadable is not None:
        raise unreadable


class DatabaseSession(CallbackDict[str, Any], SessionMixin):
    """What one browser's session remembers; `token` is what its cookie holds once it has a row.

    `unreadable` is why it could not be read: it is empty then, and never written back.
    """

    def __init__(self, token: str | None = None, data: dict[str, Any] | None = None) -> None:
        super().__init__(data or {}, DatabaseSession._changed)
        self.token = token
        self.new = token is None
        self.modified = False
        self.accessed = True
        self.unreadable: Exception | None = None

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
        """The session of the request's cookie, or an empty one; raises nothing.

        Flask opens it before it can answer an error: what goes wrong waits for `refuse_unreadable`.
        """
        if request.path.startswith(WITHOUT_SESSION):
            return DatabaseSession()
        token = request.cookies.get(self.get_cookie_name(app))
        if not token:
            return DatabaseSession()
        if "." in token:
            return _stranger(app, token)
        try:
            with reading(DirectoryScope()) as database:
                stored = find_session(database, token_digest(token))
        except (Busy, SQLAlchemyError) as error:
            opened = DatabaseSession(token)
            opened.unreadable = error
            return opened
        return DatabaseSession(token, stored.data) if stored else DatabaseSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed; an untouched session only counts the visit.

        Raises:
            Busy: a new session could not be written, so its cookie would open nothing.
        """
        if not isinstance(session, DatabaseSession):
            raise TypeError(session)
        if session.unreadable:
            return
        if not session.modified:
            self._count_visit(session)
            return
        response.vary.add("Cookie")
        if not session:
            response.delete_cookie(self.get_cookie_name(app), path="/")
            return
        response.set_cookie(
            self.get_cookie_name(app),
            self._kept(app, session),
            secure=bool(app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
            path="/",
        )

    def _kept(self, app: Flask, session: DatabaseSession) -> str:
        """Keep the session and return what its cookie holds.

        Only a token made here gets a new row. A known one that ended meanwhile stays ended.
        """
        user_id, data = _user_of(session), json.dumps(dict(session))
        if session.token:
            self._write(session.token, data)
        elif user_id is None:
            return _signer(app).dumps(dict(session))
        else:
            session.token = self._begin(session, data, user_id)
        return session.token

    def _begin(self, session: DatabaseSession, data: str, user_id: UUID) -> str:
        token = secrets.token_urlsafe(32)
        try:
            with unit_of_work(DirectoryScope()) as database:
                start_session(database, token_digest(token), data, user_id)
        except Busy as error:
            session.unreadable = error
            raise
        return token

    def _write(self, token: str, data: str) -> None:
        """Write a known session; one that cannot be loses a notice, the request's work was done."""
        try:
            with unit_of_work(DirectoryScope()) as database:
                keep_session(database, token_digest(token), data)
        except Busy:
            log.warning("session_not_kept")

    def _count_visit(self, session: DatabaseSession) -> None:
        """Count the visit; one that cannot be counted costs nobody his page."""
        if not session.token or not _user_of(session):
            return
        try:
            with unit_of_work(DirectoryScope()) as database:
                touch_session(database, token_digest(session.token))
        except Busy:
            log.warning("visit_not_counted")


def _signer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(app.secret_key), salt="kh.stranger")


def _stranger(app: Flask, cookie: str) -> DatabaseSession:
    """The session of one who has not signed in; an old or foreign cookie opens an empty one."""
    try:
        return DatabaseSession(None, _signer(app).loads(cookie, max_age=STRANGER_SECONDS))
    except BadData:
        return DatabaseSession()


def _user_of(session: DatabaseSession) -> UUID | None:
    signed_in = session.get("_user_id")
    return UUID(signed_in.partition(":")[0]) if signed_in else None
