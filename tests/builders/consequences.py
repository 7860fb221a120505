"""Consequences without a broker: what the relay would ring, done here and now."""

from collections.abc import Sequence

from app.db import outbox
from app.db.outbox import ClaimedFact
from app.db.scope import RelayScope
from app.db.unit_of_work import unit_of_work
from app.rollups.service import fold
from worker.relay import rings
from worker.tasks.banking import read
from worker.tasks.giving import match, record_card_gift
from worker.tasks.mail import send
from worker.tasks.payments import look, look_at_plan, mark_gift, refund
from worker.tasks.receipts import render

TASKS = {
    "receipts.render": render,
    "banking.read": read,
    "giving.match": match,
    "mail.send": send,
    "giving.record_card_gift": record_card_gift,
    "payments.look": look,
    "payments.look_at_plan": look_at_plan,
    "payments.mark_gift": mark_gift,
    "payments.refund": refund,
}


def drain_outbox() -> int:
    """Do every due consequence, whoever left it, and say how many rings that took."""
    count = 0
    while rung := list(rings(claimed_now())):
        for name, branch_id, ids in rung:
            TASKS[name](branch_id, ids)
        count += len(rung)
    return count


def claimed_now() -> Sequence[ClaimedFact]:
    """A batch of facts that are due, as the relay claims them."""
    with unit_of_work(RelayScope()) as session:
        return outbox.claim_due(session, at_most=1000)


def fold_totals() -> None:
    """What the worker does at every ring of the totals' bell."""
    with unit_of_work(RelayScope()) as session:
        fold(session)
