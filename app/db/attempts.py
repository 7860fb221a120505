"""A part of a transaction that may be refused without ending the rest."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.refusals import refusal


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """Do the block in a savepoint; what it wrote is undone when it raises.

    Raises the DomainError that a database refusal stands for, as unit_of_work does.
    """
    try:
        with session.begin_nested():
            yield
    except DBAPIError as error:
        told = refusal(error)
        if told is None:
            raise
        raise told from error
