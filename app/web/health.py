"""Health (contract.md §3): alive, ready, measured. Red only when gifts cannot be recorded."""

import hmac
from datetime import datetime
from functools import cache
from typing import Final

from alembic.script import ScriptDirectory
from flask import Flask, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import outbox
from app.db.scope import RelayScope
from app.db.unit_of_work import reading
from app.kernel.clock import now
from app.kernel.errors import Busy
from app.web.access import open_to_all

OLDEST = Gauge("kh_outbox_oldest_seconds", "Age of the oldest waiting fact")
WAITING = Gauge("kh_outbox_waiting", "Facts that wait for their consequence")
FAILED = Gauge("kh_outbox_failed", "Facts that a person must look at")
LOOPBACK = {"127.0.0.1", "::1"}
# Nothing when there is no such table; until revision 0012 the application could not read it.
IS_REVISION_TOLD: Final = "SELECT has_table_privilege(to_regclass('alembic_version'), 'SELECT')"
REVISION: Final = "SELECT max(version_num) FROM alembic_version"


def install(app: Flask) -> None:
    """Register the three addresses."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/metrics", "metrics", metrics)


@open_to_all
def healthz() -> ResponseReturnValue:
    """This process lives."""
    return Response("ok", mimetype="text/plain")


@open_to_all
def readyz() -> ResponseReturnValue:
    """Whether gifts can be recorded; a dead Redis only delays their consequences."""
    answer: dict[str, object] = {"database": "down", "schema": "down", "redis": redis_state()}
    try:
        with reading(RelayScope()) as session:
            answer |= {"database": "ok", "schema": schema_state(session)}
            if answer["schema"] == "ok":
                answer["outbox_oldest_seconds"] = age(outbox.status(session).oldest)
    except Busy:
        answer["database"] = "down"
    return jsonify(answer), 200 if answer["schema"] == answer["database"] == "ok" else 503


@open_to_all
def metrics() -> ResponseReturnValue:
    """Prometheus text, for this machine or for the bearer of METRICS_TOKEN."""
    token = current_app.extensions["settings"].metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    has_token = bool(token) and hmac.compare_digest(shown.encode(), token.encode())
    if not (has_token or is_asked_from_here()):
        abort(404)
    with reading(RelayScope()) as session:
        status = outbox.status(session)
    OLDEST.set(age(status.oldest))
    WAITING.set(status.waiting)
    FAILED.set(status.failed)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def is_asked_from_here() -> bool:
    """Whether a program of this machine asks; what a proxy hands on was asked from elsewhere."""
    return request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers


def age(since: datetime | None) -> float:
    """Seconds since then, to a tenth; 0 when there is nothing that waits."""
    return round((now() - since).total_seconds(), 1) if since else 0.0


def schema_state(session: Session) -> str:
    """Whether the tables are as this code needs them, or newer: a deploy migrates first."""
    is_told = session.execute(text(IS_REVISION_TOLD)).scalar()
    if is_told is None:
        return "missing"
    found = session.execute(text(REVISION)).scalar() if is_told else None
    return "ok" if found and found >= newest_revision() else "behind"


@cache
def newest_revision() -> str:
    """The revision that this code was written with."""
    directory = current_app.extensions["migrate"].directory
    return ScriptDirectory(directory).get_current_head() or ""


def redis_state() -> str:
    """Whether Redis answers within a second."""
    url = current_app.extensions["settings"].redis_url
    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "down"
    return "ok"
