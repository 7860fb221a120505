"""Consequences without a broker: what the relay would ring, done here and now."""

from collections.abc import Sequence

from app.boards.queries import marked_branches, version_of
from app.boards.service import claim_now
from app.branches.queries import front_branch
from app.db import outbox
from app.db.outbox import ClaimedFact
from app.db.scope import DirectoryScope, RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.rollups.service import fold
from worker.relay import rings
from worker.tasks.banking import read
from worker.tasks.boards import remake
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


def refresh_boards() -> int:
    """Fold, then make every board that is marked and the front page's, and say how many."""
    fold_totals()
    with reading(DirectoryScope()) as session:
        stale = set(marked_branches(session))
        front = front_branch(session)
        if front and version_of(session, None) is None:
            stale.add(front.id)
    for branch_id in stale:
        with unit_of_work(DirectoryScope()) as session:
            claim = claim_now(session, branch_id)
        remake(branch_id, claim)
    return len(stale)
