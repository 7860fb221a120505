"""The unit of work and the reading block, bound to the scope that `requires` put on the request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from flask import g
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from app.accounts.scopes import TokenScope
from app.db import unit_of_work as of_scope
from app.db.direct import Driver
from app.db.scope import Scope
from app.web.form_tokens import is_stale

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def unit_of_work(scope: Scope | None = None) -> Iterator[Session]:
    """One transaction for the request's person or token, or for `scope` (app.db.unit_of_work).

    Raises:
        CSRFError: what was sent had no token that counts (app.web.form_tokens).
    """
    if is_stale():
        raise CSRFError
    with of_scope.unit_of_work(scope or g.scope) as session:
        yield session


@contextmanager
def reading(scope: Scope | None = None) -> Iterator[Session]:
    """One read-only snapshot for the request's person or token, or for `scope`."""
    with of_scope.reading(scope or g.scope) as session:
        yield session


def single_statement(
    verb: Callable[Concatenate[Driver, TokenScope, P], R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What a verb of one statement does for the request's token (app.db.unit_of_work)."""
    token: TokenScope = g.scope
    return of_scope.single_statement(lambda driver: verb(driver, token, *args, **kwargs))
