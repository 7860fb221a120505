"""The relay: outbox → broker. It may die anywhere; a fact that was not settled is due again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from app.db import outbox
from app.db.outbox import ClaimedFact
from app.db.scope import RelayScope
from app.db.unit_of_work import unit_of_work
from worker.base import task
from worker.celery_app import celery
from worker.routes import ROUTES

AT_ONCE: Final = 200
A_TASK: Final = 25


@task("relay.sweep")
def sweep() -> None:
    """Claim due facts and ring their tasks, in batches of one branch each."""
    with unit_of_work(RelayScope()) as session:
        claimed = outbox.claim_due(session, at_most=AT_ONCE)
    for name, branch_id, ids in rings(claimed):
        celery.send_task(name, args=[branch_id, ids])


def rings(claimed: Sequence[ClaimedFact]) -> Iterator[tuple[str, str, list[str]]]:
    """Task name, branch and fact ids: JSON that tells nothing but ids."""
    waiting = defaultdict(list)
    for fact in claimed:
        waiting[ROUTES[fact.event], str(fact.branch_id)].append(str(fact.id))
    for (name, branch_id), ids in waiting.items():
        for start in range(0, len(ids), A_TASK):
            yield name, branch_id, ids[start : start + A_TASK]
