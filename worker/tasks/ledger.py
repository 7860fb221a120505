"""Books: proved every day, whoever else looks at them."""

import structlog
from celery import shared_task

from app.banking import check as banking_check
from app.db.scope import RelayScope
from app.db.unit_of_work import reading
from app.ledger import check as ledger_check
from app.ledger.queries import branches_with_books
from app.payments import check as payments_check
from app.receipts import check as receipts_check
from worker.base import branch_scope

log = structlog.get_logger()


@shared_task(name="ledger.check")
def check_books() -> None:
    """Prove the identities of every book and its receipts; report what fails, repair nothing."""
    with reading(RelayScope()) as session:
        branches = branches_with_books(session)
    for branch_id in branches:
        with reading(branch_scope(str(branch_id))) as session:
            found = [
                *ledger_check.broken_identities(session),
                *receipts_check.broken_identities(session),
                *banking_check.broken_identities(session),
                *payments_check.broken_identities(session),
            ]
        if found:
            log.error("book_broken", branch_id=str(branch_id), broken_count=len(found))
    log.info("books_checked", book_count=len(branches))
