"""G8: the city's page at five million postings, against the bare query of its numbers."""

import re
import time
from collections.abc import Callable, Sequence
from html import unescape
from http import HTTPStatus

import psycopg
from flask.testing import FlaskClient

from app.db.scope import RelayScope
from app.db.unit_of_work import unit_of_work
from app.portal.totals.rows import line
from app.rollups.service import rebuild
from bench.figures import Bar, Figure, median
from bench.fixtures import CITY, PASSWORD, officer_email, open_tills
from bench.pgbench import FLOOR
from bench.stage import Stage

COMMUNES, TIMES = 126, 15
PAGE = f"/b/{CITY}/tong-hop"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')
# performance.md §4: 126 communes × 12 months × 5 sources, from the subtree totals.
BARE = """
    SELECT t.branch_id, t.month, t.source, t.amount, t.gift_count
    FROM branch_month_totals t
    JOIN branch_history h ON h.subject_id = t.branch_id AND h.valid_to IS NULL
     AND h.parent_id = (SELECT id FROM branches WHERE slug = 'ha-noi')
    WHERE t.reach = 'tree'
      AND t.month BETWEEN date_trunc('month', now()) - interval '11 months' AND now()
"""


def dashboard(stage: Stage) -> Sequence[Figure]:
    """G8: the page's time in the process, from request to answer ÷ the bare query's."""
    with stage.application.app_context():
        open_tills(COMMUNES)
        email = officer_email()
    made, built = _fill(stage)
    pages, queries, cold = [], [], []
    client = _signed_in(stage, email)
    with stage.superuser() as connection:
        for _ in range(TIMES):
            pages.append(_seconds(lambda: _open(client)))
            queries.append(_seconds(lambda: _ask(connection)))
            line.cache_clear()
            cold.append(_seconds(lambda: _open(client)))
        postings = connection.execute("SELECT count(*) FROM postings").fetchone()
        cells = len(_ask(connection))
    pairs = zip(pages, queries, strict=True)
    parts: dict[str, float | str] = {
        "page ms": 1000 * median(pages),
        "page ms when every line has changed": 1000 * median(cold),
        "bare SQL ms": 1000 * median(queries),
        "cells": cells,
        "postings": int(postings[0]) if postings else 0,
        "made in s": made,
        "totals rebuilt in s": built,
    }
    return [
        Figure(
            goal="G8",
            what="city's page ÷ bare SQL of its cells",
            value=median([page / query for page, query in pairs]),
            unit="×",
            side=Bar.AT_MOST,
            bar=5,
            parts=parts,
        )
    ]


def _fill(stage: Stage) -> tuple[float, float]:
    """Make the postings and the totals; return how many seconds each took."""
    with stage.superuser() as connection:
        made = _seconds(lambda: connection.execute((FLOOR / "five_million.sql").read_bytes()))
    with stage.application.app_context():
        built = _seconds(_rebuild)
    with stage.superuser() as connection:
        connection.execute("VACUUM ANALYZE")
    return made, built


def _rebuild() -> None:
    with unit_of_work(RelayScope()) as session:
        rebuild(session)


def _signed_in(stage: Stage, email: str) -> FlaskClient:
    client = stage.application.test_client()
    token = TOKEN.search(client.get("/dang-nhap").text)
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    typed = {"email": email, "password": PASSWORD, "csrf_token": unescape(token[1])}
    answer = client.post("/dang-nhap", data=typed)
    if answer.status_code != HTTPStatus.SEE_OTHER:
        raise RuntimeError(f"sign-in was answered by {answer.status_code}")
    for _ in range(2):
        _open(client)
    return client


def _open(client: FlaskClient) -> None:
    answer = client.get(PAGE)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{PAGE} was answered by {answer.status_code}")


def _ask(connection: psycopg.Connection) -> Sequence[object]:
    return connection.execute(BARE).fetchall()


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
