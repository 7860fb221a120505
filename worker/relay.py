"""The relay: outbox → broker. It may die anywhere; a fact that was not settled is due again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from celery import current_app, shared_task

from app.db import outbox
from app.db.outbox import ClaimedFact
from app.db.scope import RelayScope
from app.db.unit_of_work import unit_of_work
from config.celery import PAPERS
from worker.routes import ROUTES

AT_ONCE: Final = 200
A_TASK: Final = 25

Ring = tuple[str, str, list[str]]


@shared_task(name="relay.sweep")
def sweep() -> None:
    """Claim due facts and ring their tasks; a full batch means that more are waiting."""
    with unit_of_work(RelayScope()) as session:
        claimed = outbox.claim_due(session, at_most=AT_ONCE)
    for name, branch_id, ids in rings(claimed):
        current_app.send_task(name, args=[branch_id, ids])
    if len(claimed) == AT_ONCE:
        # Behind the papers it has just ordered, so that no more are claimed than can be printed.
        current_app.send_task("relay.sweep", queue=PAPERS)


def rings(claimed: Sequence[ClaimedFact]) -> Iterator[Ring]:
    """Task name, branch and fact ids: batches of one branch, JSON that tells nothing but ids.

    A fact that failed before goes alone, so that one bad fact cannot hold up its neighbours.
    """
    waiting = defaultdict(list)
    for fact in claimed:
        name, branch_id, fact_id = ROUTES[fact.event], str(fact.branch_id), str(fact.id)
        if fact.attempts:
            yield name, branch_id, [fact_id]
        else:
            waiting[name, branch_id].append(fact_id)
    for (name, branch_id), ids in waiting.items():
        for start in range(0, len(ids), A_TASK):
            yield name, branch_id, ids[start : start + A_TASK]
