"""What tasks have in common: whose they are, and what becomes of facts they could not settle.

A task is either an effect in the database, or an effect outside: claim, act, settle (D16).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import structlog

from app.db import outbox
from app.db.scope import BranchScope
from app.db.unit_of_work import unit_of_work
from app.kernel.errors import Busy

log = structlog.get_logger()

# The actor of what the worker does by itself.
WORKER: Final = UUID("00000000-0000-7000-8000-00000000beef")


def branch_scope(branch_id: str) -> BranchScope:
    """The scope of a task that acts for one branch; a foreign id sees nothing of its facts."""
    return BranchScope(UUID(branch_id), WORKER)


@contextmanager
def settling(scope: BranchScope, fact_ids: Sequence[UUID]) -> Iterator[None]:
    """Whatever the block raises, its facts are tried again; a person sees those that never work."""
    try:
        yield
    except Busy:
        # The database was away, not the fact at fault: its lease runs out and it is due again.
        raise
    except Exception as error:
        log.exception("facts_postponed", fact_count=len(fact_ids), kind=type(error).__name__)
        with unit_of_work(scope) as session:
            outbox.postpone(session, fact_ids, error=_named(error))
        raise


def _named(error: Exception) -> str:
    """What went wrong without its message, which may quote a row: a fact tells of no people."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return " ".join([type(error).__name__, *([state] if state else [])])
