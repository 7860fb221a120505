"""Totals, folded from the deltas that postings leave (D25). Both verbs need the relay's scope."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

AT_MOST: Final = 20_000


def fold(session: Session) -> int:
    """Fold waiting deltas into the totals of their branches and ancestors; returns how many.

    Running it twice, late or beside itself changes no sum: deltas go as their sums come.
    """
    query = text("SELECT fold_rollups(:at_most)")
    return int(session.execute(query, {"at_most": AT_MOST}).scalar_one())


def rebuild(session: Session) -> None:
    """Throw all totals away and sum the ledger again, in one transaction beside running gifts."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SELECT rebuild_rollups()"))
