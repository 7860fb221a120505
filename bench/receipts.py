"""G5: receipts through the worker, stored and recorded, against Typst alone."""

import time
from collections.abc import Sequence

import psycopg

from app.db.unit_of_work import unit_of_work
from app.donations.commands import Method, RecordDonation, Source
from app.donations.service import record_donations
from app.donors.commands import DonorKind, NewDonor
from app.kernel.clock import today
from app.kernel.ids import uuid7
from bench import typst_floor
from bench.figures import Bar, Figure, median
from bench.fixtures import Till, open_tills
from bench.processes import rate_in_processes
from bench.product import serving
from bench.stage import Stage
from worker.bell import PAUSE_SECONDS, bell_for

BRANCHES, LIST = 30, 25
ROUNDS, SECONDS = 3, 4
LONGEST = 120.0


def through_the_worker(stage: Stage) -> Sequence[Figure]:
    """G5: relay, two worker processes, Typst, file and record ÷ Typst in two processes."""
    with stage.application.app_context():
        tills = open_tills(BRANCHES)
    papers = typst_floor.papers(200)
    printed, compiled = [], []
    with serving(stage, "worker", "beat"):
        for _ in range(ROUNDS):
            printed.append(_drain(stage, tills, a_transaction=LIST))
            compiled.append(
                rate_in_processes(typst_floor.Compiling, papers, processes=2, seconds=SECONDS)
            )
        single = _drain(stage, tills, a_transaction=1)
    ratio = median([ours / floor for ours, floor in zip(printed, compiled, strict=True)])
    parts: dict[str, float | str] = {
        "receipts/s": median(printed),
        "Typst alone/s": median(compiled),
        "receipts/s of gifts that came one by one": single,
    }
    what = f"receipts through the worker ÷ Typst alone, 2 processes, lists of {LIST}"
    return [
        Figure(goal="G5", what=what, value=ratio, unit="", side=Bar.AT_LEAST, bar=0.45, parts=parts)
    ]


def _drain(stage: Stage, tills: Sequence[Till], *, a_transaction: int) -> float:
    """Record LIST gifts in each branch, so many at a time, and time their receipts.

    The bell rings as often as it does while gifts come in. Raises TimeoutError.
    """
    with stage.application.app_context():
        for _ in range(LIST // a_transaction):
            for till in tills:
                with unit_of_work(till.scope) as session:
                    record_donations(session, [_gift(till) for _ in range(a_transaction)])
    ring = bell_for(stage.settings)
    with stage.superuser() as connection:
        started = time.perf_counter()
        first = waiting = _waiting(connection)
        while waiting:
            ring()
            time.sleep(PAUSE_SECONDS)
            waiting = _waiting(connection)
            if time.perf_counter() - started > LONGEST:
                raise TimeoutError(f"{waiting} of {first} receipts still wait")
        return first / (time.perf_counter() - started)


def _waiting(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM outbox").fetchone()
    return int(row[0]) if row else 0


def _gift(till: Till) -> RecordDonation:
    return RecordDonation(
        id=uuid7(),
        fund_id=till.fund_id,
        drive_id=None,
        donor=NewDonor(DonorKind.HOUSEHOLD, "Gia đình ông bà Thắng - Hoa"),
        amount=100_000,
        method=Method.CASH,
        source=Source.HOUSEHOLD,
        received_on=today(),
    )
