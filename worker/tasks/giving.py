"""Giving: effects in the database."""

from uuid import UUID

from celery import shared_task

from app.db import outbox
from app.db.unit_of_work import unit_of_work
from app.giving.cards import record_card_gifts, starts_of
from app.giving.matching import match_named_lines
from app.public.giving.guard import start_was_paid
from worker.base import branch_scope, settling


@shared_task(name="giving.match")
def match(branch_id: str, fact_ids: list[str]) -> None:
    """Make gifts of the lines that name an offer's code."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    with settling(scope, ids), unit_of_work(scope) as session:
        match_named_lines(session, ids)


@shared_task(name="giving.record_card_gift")
def record_card_gift(branch_id: str, fact_ids: list[str]) -> None:
    """Make gifts of the payments that succeeded."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    with settling(scope, ids):
        with unit_of_work(scope) as session:
            started = starts_of(session, outbox.subjects(session, ids))
            record_card_gifts(session, ids)
        for start_id in started:
            start_was_paid(start_id)
