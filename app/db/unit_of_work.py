"""The only place that begins and commits. Entry points write it; services get a session."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import psycopg
from flask import current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.db.base import engine, engine_of_single_statements
from app.db.direct import Driver
from app.db.refusals import BUSY, refusal
from app.db.scope import Scope
from app.kernel.errors import Busy

R = TypeVar("R")


@contextmanager
def unit_of_work(scope: Scope) -> Iterator[Session]:
    """One transaction for `scope`: commits when the block ends, rolls back if anything is raised.

    After a commit the bell is rung, so that consequences start at once, not at the next sweep.
    Raises the DomainError that a database refusal stands for; Busy when locks or the pool run out.
    """
    with _transaction(scope) as session:
        yield session
    _ring()


@contextmanager
def reading(scope: Scope) -> Iterator[Session]:
    """One read-only snapshot for `scope`: all queries of a page agree with each other."""
    with _transaction(scope, prepare=_make_read_only) as session:
        yield session


def single_statement(verb: Callable[[Driver], R]) -> R:
    """What a verb of one statement, which enters its branch itself, does on a connection for it.

    The statement is its own transaction: its rows are handed over when it is committed, after one
    round trip. Bound to no scope, so any other statement sees no branch. Raises as unit_of_work.
    """
    with _told():
        pooled = engine_of_single_statements().raw_connection()
        try:
            done = verb(cast("Driver", pooled.driver_connection))
        finally:
            pooled.close()
    _ring()
    return done


@contextmanager
def _transaction(
    scope: Scope,
    prepare: Callable[[Session], object] = lambda _: None,
) -> Iterator[Session]:
    with (
        _told(),
        Session(engine(), info={"scope": scope}, expire_on_commit=False) as session,
        session.begin(),
    ):
        prepare(session)
        yield session


@contextmanager
def _told() -> Iterator[None]:
    """Tell what the database refuses as the domain's own errors."""
    try:
        yield
    except DBAPIError as error:
        told = refusal(error)
        if told is None:
            raise
        raise told from error
    except (PoolTimeout, psycopg.OperationalError) as error:
        # The latter comes bare only from the pool, when the server it connects to is away.
        raise Busy(BUSY) from error


def _ring() -> None:
    ring = current_app.extensions.get("bell")
    if ring is not None:
        ring()


def _make_read_only(session: Session) -> None:
    session.connection(
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    )
