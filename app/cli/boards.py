"""flask boards: what everybody sees of the branches, made again."""

from collections.abc import Iterable

import click

from app.boards.service import claim_now, make, settle
from app.branches.queries import BranchView, all_branches
from app.cli.operator import OperatorGroup, scope_of
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work

boards = OperatorGroup("boards", help="Notice boards: the public pages of branches.")


@boards.verb("rebuild")
def rebuild() -> None:
    """Make the board of every branch again, beside running gifts."""
    with reading(DirectoryScope()) as session:
        branches = all_branches(session)
    make_boards(branches)
    click.echo(f"{len(branches)} boards are made again.")


def make_boards(branches: Iterable[BranchView]) -> None:
    """Make the boards of these branches now."""
    for branch in branches:
        with unit_of_work(DirectoryScope()) as session:
            claim = claim_now(session, branch.id)
        with reading(scope_of(branch)) as session:
            made = make(session, branch.id)
        with unit_of_work(scope_of(branch)) as session:
            settle(session, made, claim)
