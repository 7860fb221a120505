"""The relay: outbox → broker. It may die anywhere; a fact that was not settled is due again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import structlog
from celery import current_app, shared_task
from sqlalchemy.orm import Session

from app.db import outbox
from app.db.outbox import ClaimedFact
from app.db.scope import RelayScope
from app.db.unit_of_work import unit_of_work
from config.celery import PAPERS
from worker.routes import ROUTES

AT_ONCE: Final = 200
A_TASK: Final = 25

Ring = tuple[str, str, list[str]]

log = structlog.get_logger()


@shared_task(name="relay.sweep")
def sweep() -> None:
    """Claim due facts and ring their tasks; a full batch means that more are waiting."""
    with unit_of_work(RelayScope()) as session:
        claimed = outbox.claim_due(session, at_most=AT_ONCE)
        postpone_unknown(session, claimed)
    for name, branch_id, ids in rings(claimed):
        current_app.send_task(name, args=[branch_id, ids])
    if len(claimed) == AT_ONCE:
        # Behind the papers it has just ordered, so that no more are claimed than can be printed.
        current_app.send_task("relay.sweep", queue=PAPERS)


def postpone_unknown(session: Session, claimed: Sequence[ClaimedFact]) -> None:
    """Have facts without a route wait for a release that knows them, and say so of each once.

    They count as waiting, and as failed after every try.
    """
    unknown = [fact for fact in claimed if fact.event not in ROUTES]
    if not unknown:
        return
    for fact in unknown:
        if fact.attempts == 0:
            log.error("fact_unknown", fact_event=fact.event, fact_id=str(fact.id))
    outbox.postpone(session, [fact.id for fact in unknown], error="No task is known for this.")


def rings(claimed: Sequence[ClaimedFact]) -> Iterator[Ring]:
    """Task name, branch and fact ids: batches of one branch, JSON that tells nothing but ids.

    A fact that failed before goes alone, so that one bad fact cannot hold up its neighbours. One
    that nobody knows rings nothing.
    """
    waiting = defaultdict(list)
    for fact in claimed:
        if fact.event not in ROUTES:
            continue
        name, branch_id, fact_id = ROUTES[fact.event], str(fact.branch_id), str(fact.id)
        if fact.attempts:
            yield name, branch_id, [fact_id]
        else:
            waiting[name, branch_id].append(fact_id)
    for (name, branch_id), ids in waiting.items():
        for start in range(0, len(ids), A_TASK):
            yield name, branch_id, ids[start : start + A_TASK]
