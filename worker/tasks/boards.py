"""Boards: an effect outside the books. Claimed, made from one snapshot, settled (D16)."""

from typing import Final
from uuid import UUID, uuid4

import structlog
from celery import shared_task

from app.boards.service import claim_due, make, settle
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.errors import Busy
from worker.base import branch_scope

log = structlog.get_logger()

AT_ONCE: Final = 10
AT_MOST: Final = 60
"""So many are made before totals and receipts have their turn again; beat asks for the rest."""


@shared_task(name="boards.refresh")
def refresh() -> None:
    """Make the boards that are due; one that cannot be made holds up no other."""
    for _ in range(AT_MOST // AT_ONCE):
        claim = uuid4()
        with unit_of_work(DirectoryScope()) as session:
            due = claim_due(session, claim, at_most=AT_ONCE)
        for branch_id in due:
            _remake(branch_id, claim)
        if len(due) < AT_ONCE:
            return


def _remake(branch_id: UUID, claim: UUID) -> None:
    try:
        remake(branch_id, claim)
    except Busy:
        raise
    except Exception as error:
        # The claim runs out and it is due again; the message may quote a row, so it is not told.
        log.exception("board_not_made", subject=str(branch_id), kind=type(error).__name__)


def remake(branch_id: UUID, claim: UUID) -> None:
    """Make one board that was claimed."""
    scope = branch_scope(str(branch_id))
    with reading(scope) as session:
        made = make(session, branch_id)
    with unit_of_work(scope) as session:
        settle(session, made, claim)
