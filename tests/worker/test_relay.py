"""The relay: what it rings, and what becomes of facts that it does not know."""

from uuid import uuid4

from sqlalchemy import text
from structlog.testing import capture_logs

from app.db import outbox
from app.db.outbox import ClaimedFact
from app.db.scope import RelayScope
from app.db.unit_of_work import reading, unit_of_work
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give
from tests.worker.conftest import RealWorker
from worker.relay import postpone_unknown, rings


def record_unknown(branch: BranchAtHand) -> None:
    """A fact of a later release."""
    with unit_of_work(branch.scope) as session:
        outbox.record(session, "receipts.translated", uuid4())


def left(branch: BranchAtHand) -> list[tuple[str, int]]:
    """What waits in the branch, and how often it was tried."""
    with reading(branch.scope) as session:
        rows = session.execute(text("SELECT event, attempts FROM outbox ORDER BY event"))
        return [(row.event, row.attempts) for row in rows]


def claimed_of(branch: BranchAtHand) -> list[ClaimedFact]:
    """The branch's facts as they are claimed."""
    with reading(branch.scope) as session:
        rows = session.execute(text("SELECT branch_id, id, event, attempts FROM outbox"))
        return [ClaimedFact(*row) for row in rows]


def test_an_unknown_fact_is_told_once_and_counted_as_waiting(a_branch: BranchAtHand) -> None:
    record_unknown(a_branch)
    with capture_logs() as told, unit_of_work(RelayScope()) as session:
        before = outbox.status(session)
        postpone_unknown(session, claimed_of(a_branch))
        after = outbox.status(session)
    with capture_logs() as told_again, unit_of_work(RelayScope()) as session:
        postpone_unknown(session, claimed_of(a_branch))

    assert [(line["event"], line["log_level"]) for line in told] == [("fact_unknown", "error")]
    assert told_again == []
    assert (after.waiting, after.failed) == (before.waiting, before.failed)
    assert left(a_branch) == [("receipts.translated", 2)]


def test_known_facts_of_one_branch_ring_together(a_branch: BranchAtHand) -> None:
    give(a_branch)
    give(a_branch)
    record_unknown(a_branch)

    ((name, branch_id, ids),) = rings(claimed_of(a_branch))

    assert (name, branch_id, len(ids)) == ("receipts.render", str(a_branch.id), 2)


# Last, for its worker is alive until the module has ended.
def test_an_unknown_fact_strands_nobody_else(
    real_worker: RealWorker, a_branch: BranchAtHand
) -> None:
    record_unknown(a_branch)
    give(a_branch)

    def is_swept() -> bool:
        return left(a_branch) == [("receipts.translated", 1)]

    assert real_worker.brings_about(is_swept), real_worker.log.read_text()
