"""G1, G2 and G12: gifts over HTTP, against what the database alone can do, and against a peer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from bench import hordak
from bench.figures import Bar, Figure, median, percentile
from bench.fixtures import Till, open_tills
from bench.load import Load, request, send_all
from bench.pgbench import FLOOR, Bench
from bench.processes import rate_in_processes
from bench.product import serving
from bench.stage import Stage

BRANCHES, CLIENTS, HOT_CLIENTS = 100, 8, 32
ROUNDS, SECONDS = 3, 5
ENOUGH = 2_000  # requests made beforehand for each second of load


@dataclass(frozen=True, slots=True)
class _Round:
    """What one round measured, a few seconds each, side by side."""

    gifts: Load
    statements: float
    function: float


def whole_gift(stage: Stage) -> Sequence[Figure]:
    """G1: a gift by POST ÷ the same rows written statement by statement."""
    floor = floor_database(stage)
    tills = _tills(stage, BRANCHES)
    with _web(stage) as ceiling:
        _side_by_side(stage, floor, tills)
        _analyse(stage, floor)
        rounds = [_side_by_side(stage, floor, tills) for _ in range(ROUNDS)]
    ratio = median([one.gifts.rate / one.statements for one in rounds])
    latencies = [answer.seconds for one in rounds for answer in one.gifts.answers]
    parts: dict[str, float | str] = {
        "gifts/s": median([one.gifts.rate for one in rounds]),
        "statement floor/s": median([one.statements for one in rounds]),
        "function floor/s": median([one.function for one in rounds]),
        "p99 ms": 1000 * percentile(latencies, 99),
        "client's share of a core": median([one.gifts.client_share for one in rounds]),
        "client alone/s": ceiling,
    }
    what = f"POST gift ÷ statement floor, {CLIENTS} clients, {BRANCHES} branches"
    return [
        Figure(goal="G1", what=what, value=ratio, unit="", side=Bar.AT_LEAST, bar=0.35, parts=parts)
    ]


def against_hordak(stage: Stage) -> Sequence[Figure]:
    """G2: a whole gift over HTTP ÷ django-hordak posting a bare entry in-process."""
    stage.create_scratch(hordak.DATABASE)
    hordak.lay_books(stage.postgres)
    tills = _tills(stage, BRANCHES)
    gifts, entries = [], []
    with _web(stage):
        post_gifts(stage, tills, connections=CLIENTS)
        stage.analyse()
        for _ in range(ROUNDS):
            gifts.append(post_gifts(stage, tills, connections=CLIENTS).rate)
            entries.append(
                rate_in_processes(hordak.Poster, stage.postgres, processes=2, seconds=SECONDS)
            )
    ratio = median([gift / entry for gift, entry in zip(gifts, entries, strict=True)])
    parts: dict[str, float | str] = {
        "gifts/s": median(gifts),
        "django-hordak entries/s": median(entries),
    }
    what = "whole gift over HTTP ÷ django-hordak's bare entry, 2 processes each"
    return [
        Figure(goal="G2", what=what, value=ratio, unit="", side=Bar.AT_LEAST, bar=0.7, parts=parts)
    ]


def hot_branch(stage: Stage) -> Sequence[Figure]:
    """G12: many clients on one number series ÷ the function floor on one; waits; gaps."""
    floor = floor_database(stage)
    till = _tills(stage, 1)
    loads, floors, few = [], [], []
    with _web(stage):
        post_gifts(stage, till, connections=HOT_CLIENTS)
        _floor(floor, "function.sql", clients=HOT_CLIENTS, branches=1)
        _analyse(stage, floor)
        for _ in range(ROUNDS):
            loads.append(post_gifts(stage, till, connections=HOT_CLIENTS))
            floors.append(_floor(floor, "function.sql", clients=HOT_CLIENTS, branches=1))
            few.append(_floor(floor, "function.sql", clients=4, branches=1))
    pairs = zip(loads, floors, strict=True)
    parts: dict[str, float | str] = {
        "gifts/s": median([load.rate for load in loads]),
        "function floor/s": median(floors),
        "function floor/s with 4 clients": median(few),
    }
    slowest = max(percentile([a.seconds for a in load.answers], 99) for load in loads)
    what = f"one branch, {HOT_CLIENTS} clients:"
    return [
        Figure(
            goal="G12",
            what=f"{what} gifts/s ÷ function floor",
            value=median([load.rate / floor for load, floor in pairs]),
            unit="",
            side=Bar.AT_LEAST,
            bar=0.4,
            parts=parts,
        ),
        Figure(
            goal="G12",
            what=f"{what} p99 of the worst round",
            value=1000 * slowest,
            unit="ms",
            side=Bar.AT_MOST,
            bar=500,
        ),
        Figure(
            goal="G12",
            what=f"{what} numbers missing or doubled",
            value=_gaps(stage),
            unit="",
            side=Bar.AT_MOST,
            bar=0,
        ),
    ]


def floor_database(stage: Stage) -> Bench:
    """A scratch database with the floor's tables."""
    stage.create_scratch("floor")
    with stage.superuser("floor") as connection:
        connection.execute((FLOOR / "schema.sql").read_bytes())
    return Bench(stage.postgres, "floor")


def post_gifts(
    stage: Stage, tills: Sequence[Till], *, connections: int, seconds: float = SECONDS
) -> Load:
    """Record gifts in turn in these branches for so long.

    Raises RuntimeError when one is not answered by 201: the rate would mean nothing.
    """
    gifts = [
        tills[place % len(tills)].gift(amount=1000 * (10 + place % 1990))
        for place in range(int(seconds * ENOUGH))
    ]
    load = send_all(stage.settings.port, gifts, connections=connections, seconds=seconds)
    if set(load.statuses) != {HTTPStatus.CREATED}:
        refused = next(a for a in load.answers if a.status != HTTPStatus.CREATED)
        raise RuntimeError(f"{load.statuses}: {refused.body.decode(errors='replace')[:500]}")
    return load


def _side_by_side(stage: Stage, floor: Bench, tills: Sequence[Till]) -> _Round:
    return _Round(
        post_gifts(stage, tills, connections=CLIENTS),
        _floor(floor, "statements.sql", clients=CLIENTS, branches=BRANCHES),
        _floor(floor, "function.sql", clients=CLIENTS, branches=BRANCHES),
    )


def _analyse(stage: Stage, floor: Bench) -> None:
    """Measure both sides as live books are: with gifts in them, and plans that know it."""
    stage.analyse()
    stage.analyse(floor.database)


def _floor(floor: Bench, script: str, *, clients: int, branches: int) -> float:
    return floor.rate(script, clients=clients, seconds=SECONDS, branches=branches)


def _tills(stage: Stage, count: int) -> Sequence[Till]:
    with stage.application.app_context():
        return open_tills(count)


@contextmanager
def _web(stage: Stage) -> Iterator[float]:
    """Serve the web alone for the block, warmed up; hand over the most the client could send."""
    with serving(stage, "web"):
        warm = send_all(stage.settings.port, [request("GET", "/healthz")] * 3000, connections=8)
        yield len(warm.answers) / warm.client_seconds


def _gaps(stage: Stage) -> int:
    """Numbers that are missing or doubled in any series."""
    with stage.superuser() as connection:
        row = connection.execute(
            "SELECT coalesce(sum(abs(highest - found) + found - different), 0) FROM ("
            " SELECT max(number) AS highest, count(*) AS found, count(DISTINCT number) AS different"
            " FROM receipts GROUP BY branch_id, fiscal_year, kind, book) series"
        ).fetchone()
    return int(row[0]) if row else 0
