"""Consequences without a broker: what the relay would ring, done here and now."""

from app.db import outbox
from app.db.scope import RelayScope
from app.db.unit_of_work import unit_of_work
from app.rollups.service import fold
from worker.relay import rings
from worker.tasks.receipts import render

TASKS = {"receipts.render": render}


def drain_outbox() -> int:
    """Do every due consequence, and say how many rings that took."""
    with unit_of_work(RelayScope()) as session:
        claimed = outbox.claim_due(session, at_most=1000)
    rung = list(rings(claimed))
    for name, branch_id, ids in rung:
        TASKS[name](branch_id, ids)
    return len(rung)


def fold_totals() -> None:
    """What the worker does at every ring of the totals' bell."""
    with unit_of_work(RelayScope()) as session:
        fold(session)
