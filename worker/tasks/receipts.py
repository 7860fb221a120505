"""Receipts: an effect outside. Claimed by the relay, rendered without a transaction, settled by id."""

from uuid import UUID

from flask import current_app

from app.db.unit_of_work import reading, unit_of_work
from app.receipts.printing import print_papers
from app.receipts.service import rendering_orders, settle_rendering
from worker.base import branch_scope, task


@task("receipts.render")
def render(branch_id: str, fact_ids: list[str]) -> None:
    """Render the papers that the facts ask for, store them, record their digests."""
    scope = branch_scope(branch_id)
    settings = current_app.extensions["settings"]
    with reading(scope) as session:
        ids = [UUID(fact) for fact in fact_ids]
        orders = rendering_orders(session, ids, public_url=settings.public_url)
    papers = print_papers(orders, current_app.extensions["files"])
    with unit_of_work(scope) as session:
        settle_rendering(session, papers)
