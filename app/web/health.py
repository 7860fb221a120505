"""Health (contract.md §3): alive, ready, measured. Red only when gifts cannot be recorded."""

import hmac

from flask import Flask, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from redis import Redis, RedisError
from sqlalchemy import text

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
            status = outbox.status(session)
            answer["schema"] = schema_state(
                session.execute(text("SELECT to_regclass('donations')")).scalar()
            )
    except Busy:
        return jsonify(answer), 503
    oldest = (now() - status.oldest).total_seconds() if status.oldest else 0.0
    answer |= {"database": "ok", "outbox_oldest_seconds": round(oldest, 1)}
    return jsonify(answer), 200 if answer["schema"] == "ok" else 503


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
    OLDEST.set((now() - status.oldest).total_seconds() if status.oldest else 0)
    WAITING.set(status.waiting)
    FAILED.set(status.failed)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def is_asked_from_here() -> bool:
    """Whether a program of this machine asks; what a proxy hands on was asked from elsewhere."""
    return request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers


def schema_state(found: object) -> str:
    """Whether the tables are there."""
    return "ok" if found else "missing"


def redis_state() -> str:
    """Whether Redis answers within a second."""
    url = current_app.extensions["settings"].redis_url
    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "down"
    return "ok"
