"""Totals: effects in the database."""

import structlog
from celery import shared_task

from app.db.scope import RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.rollups.check import differences
from app.rollups.service import AT_MOST, fold

log = structlog.get_logger()


@shared_task(name="rollups.fold")
def fold_totals() -> None:
    """Fold until less than a full batch was waiting."""
    folded = AT_MOST
    while folded == AT_MOST:
        with unit_of_work(RelayScope()) as session:
            folded = fold(session)


@shared_task(name="rollups.check")
def check_totals() -> None:
    """Compare every total with the ledger and report what differs; repairs nothing by itself."""
    with reading(RelayScope()) as session:
        found = differences(session)
    log.log(40 if found else 20, "rollups_checked", difference_count=len(found))
