"""Receipts: an effect outside. Claimed by the relay, rendered, then settled by id."""

from uuid import UUID

from celery import shared_task
from flask import current_app

from app.db.unit_of_work import reading, unit_of_work
from app.receipts.printing import print_papers
from app.receipts.service import rendering_orders, settle_rendering
from worker.base import branch_scope, settling


@shared_task(name="receipts.render")
def render(branch_id: str, fact_ids: list[str]) -> None:
    """Render the papers that the facts ask for, store them, record their digests."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    public_url = current_app.extensions["settings"].public_url
    with settling(scope, ids):
        with reading(scope) as session:
            orders = rendering_orders(session, ids, public_url=public_url)
        papers = print_papers(orders, current_app.extensions["files"])
        with unit_of_work(scope) as session:
            settle_rendering(session, papers)
