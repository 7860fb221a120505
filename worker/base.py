"""What a task is: a name, an application context, and two ways to settle facts.

A task is either an effect in the database, or an effect outside: claim, act, settle (D16).
"""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec
from uuid import UUID

from app.db.scope import BranchScope
from worker.celery_app import celery, flask_app

P = ParamSpec("P")

# The actor of what the worker does by itself.
WORKER: Final = UUID("00000000-0000-7000-8000-00000000beef")


def task(name: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Register a function as the task `name`, run inside the application's context."""

    def register(function: Callable[P, None]) -> Callable[P, None]:
        @wraps(function)
        def in_context(*args: P.args, **kwargs: P.kwargs) -> None:
            with flask_app.app_context():
                function(*args, **kwargs)

        celery.task(name=name)(in_context)
        return in_context

    return register


def branch_scope(branch_id: str) -> BranchScope:
    """The scope of a task that acts for one branch; a foreign or garbled id sees nothing."""
    return BranchScope(UUID(branch_id), WORKER)
