"""Who acts at the command line, and how he is told that something cannot be."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar
from uuid import UUID

import click
from flask.cli import AppGroup

from app.branches.queries import BranchView, branch_of, get_branch
from app.db.scope import BranchScope, DirectoryScope, RelayScope
from app.db.unit_of_work import reading
from app.kernel.errors import DomainError
from app.ledger.queries import branches_with_books
from app.web.errors import told

P = ParamSpec("P")
R = TypeVar("R")

# The actor in the trail: whoever may run commands on this machine; he has no row among the people.
OPERATOR: Final = UUID("00000000-0000-7000-8000-0000000000c1")


class OperatorGroup(AppGroup):
    """Commands inside the application that tell a refusal in one sentence, with status 1."""

    def verb(self, name: str) -> Callable[[Callable[..., None]], click.Command]:
        """Make a function that may raise any DomainError the command `name`."""
        register = self.command(name)
        return lambda function: register(_telling_refusals(function))


def branch_named(slug: str) -> BranchView:
    """The branch with this slug, open or closed.

    Raises:
        NotFound: there is none.
    """
    with reading(DirectoryScope()) as session:
        return get_branch(session, slug)


def scope_of(branch: BranchView) -> BranchScope:
    """The scope in which the operator acts for a branch."""
    return BranchScope(branch.id, OPERATOR)


def with_books() -> list[BranchView]:
    """Every branch that has books, closed ones too."""
    with reading(RelayScope()) as session:
        ids = branches_with_books(session)
    with reading(DirectoryScope()) as session:
        return sorted((branch_of(session, i) for i in ids), key=lambda branch: branch.slug)


def _telling_refusals(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(told(error)) from error

    return telling
