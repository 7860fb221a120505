"""Banks: effects in the database; asking an aggregator for its list changes nothing there."""

from uuid import UUID

from celery import shared_task
from flask import current_app

from app.banking.events import branches_to_pull, feeds
from app.banking.taking_in import list_of, mark_pulled, pulled_from, read_events, take_in
from app.db.scope import RelayScope
from app.db.unit_of_work import reading, unit_of_work
from worker.base import branch_scope, settling


@shared_task(name="banking.read")
def read(branch_id: str, fact_ids: list[str]) -> None:
    """Take in the lines that kept events tell of."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    with settling(scope, ids), unit_of_work(scope) as session:
        read_events(session, ids)


@shared_task(name="banking.pull_all")
def pull_all() -> None:
    """Have every branch's aggregators asked for what their webhooks may have lost."""
    with reading(RelayScope()) as session:
        branches = branches_to_pull(session)
    for branch_id in branches:
        pull.delay(str(branch_id))


@shared_task(name="banking.pull")
def pull(branch_id: str) -> None:
    """Ask the aggregators of one branch for their lists, and take in what is not known yet."""
    scope = branch_scope(branch_id)
    with reading(scope) as session:
        asked = [feed for feed in feeds(session) if feed.sealed_pull_key]
    for feed in asked:
        told = pulled_from(feed, key=current_app.extensions["settings"].secret_key)
        if told is None:
            continue
        with unit_of_work(scope) as session:
            take_in(session, feed, told, teller_id=list_of(feed))
            mark_pulled(session, feed.id)
