"""G13: how many public pages a second two web processes give out, and which tables a view asks."""

import time
from collections.abc import Sequence
from http import HTTPStatus

from app.branches.queries import all_branches
from app.cli.boards import make_boards
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading
from bench.figures import Bar, Figure, percentile
from bench.fixtures import CITY, open_tills
from bench.load import Load, request, send_all
from bench.product import serving
from bench.stage import Stage

BRANCHES, GIFTS, CLIENTS = 16, 400, 16
VIEWS = 6_000
# A connection that has become idle tells its statistics within ten seconds.
TOLD_AFTER = 11.0
ASKED = """
    SELECT relname, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables
"""


def public_views(stage: Stage) -> Sequence[Figure]:
    """G13: views of the front page and of branches' pages, all answered, packed, a second."""
    with stage.application.app_context():
        tills = open_tills(BRANCHES)
    with serving(stage, "web"):
        gifts = [tills[place % BRANCHES].gift() for place in range(GIFTS)]
        send_all(stage.settings.port, gifts, connections=4)
        with stage.application.app_context():
            _make_boards({CITY, *(till.slug for till in tills)})
        paths = ["/", *(f"/q/{till.slug}" for till in tills)]
        _view(stage, paths, len(paths) * 8)  # every process has drawn every page
        before = _asked(stage)
        load = _view(stage, paths, VIEWS)
        after = _asked(stage)
    return [_figure(load, {name for name, count in after.items() if count > before.get(name, 0)})]


def _make_boards(slugs: set[str]) -> None:
    with reading(DirectoryScope()) as session:
        branches = [branch for branch in all_branches(session) if branch.slug in slugs]
    make_boards(branches)


def _view(stage: Stage, paths: Sequence[str], count: int) -> Load:
    requests = [_packed(paths[place % len(paths)]) for place in range(count)]
    load = send_all(stage.settings.port, requests, connections=CLIENTS)
    if set(load.statuses) != {HTTPStatus.OK}:
        raise RuntimeError(load.statuses)
    return load


def _packed(path: str) -> bytes:
    return request("GET", path).replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip\r\n\r\n", 1)


def _asked(stage: Stage) -> dict[str, int]:
    """How often each table was read so far."""
    time.sleep(TOLD_AFTER)
    with stage.superuser() as connection:
        return {str(name): int(count) for name, count in connection.execute(ASKED).fetchall()}


def _figure(load: Load, tables: set[str]) -> Figure:
    waits = [answer.seconds for answer in load.answers]
    parts: dict[str, float | str] = {
        "p99 ms": 1000 * percentile(waits, 99),
        "kB a page, packed": sum(len(a.body) for a in load.answers) / len(load.answers) / 1000,
        "client, of a core": load.client_share,
        "tables asked": ", ".join(sorted(tables)) or "none",
    }
    return Figure(
        goal="G13",
        what="views of public pages a second, 16 clients",
        value=load.rate,
        unit="/s",
        side=Bar.AT_LEAST,
        bar=200,
        parts=parts,
    )
