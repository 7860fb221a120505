"""The unit of work and the reading block, bound to the scope that `requires` put on the request."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from sqlalchemy.orm import Session

from app.db import unit_of_work as of_scope


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction for the request's person or token; see app.db.unit_of_work."""
    with of_scope.unit_of_work(g.scope) as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """One read-only snapshot for the request's person or token."""
    with of_scope.reading(g.scope) as session:
        yield session
