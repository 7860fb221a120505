"""flask branches: the tree, and the books that a branch gets when it opens."""

from datetime import date

import click

from app.branches.commands import BranchKind, Contact, OpenBranch
from app.branches.queries import BranchView, all_branches, open_branches
from app.branches.service import close_branch, open_branch, publish_contact
from app.cli.arguments import Day, Email, Name, Phone, Slug, as_json
from app.cli.listing import show_rows
from app.cli.operator import OperatorGroup, branch_named, scope_of
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.funds.books import open_books
from app.kernel.errors import Conflict, marked
from app.ledger.queries import newest_entry_day
from app.ledger.service import close_period, hold_postings

WITH_OWN_BOOKS = "own"
KINDS_OF_PRODUCTION = {BranchKind.CITY, BranchKind.COMMUNE}

branches = OperatorGroup("branches", help="The tree of branches and their books.")


@branches.verb("list")
@click.option("--all", "includes_closed", is_flag=True, help="Closed branches too.")
@as_json
def list_branches(*, includes_closed: bool, as_json: bool) -> None:
    """List branches by slug; open ones only without --all."""
    with reading(DirectoryScope()) as session:
        found = all_branches(session) if includes_closed else open_branches(session)
    show_rows([_row(branch) for branch in found], as_json=as_json)


@branches.verb("open")
@click.argument("slug", type=Slug())
@click.option("--name", type=Name(), help="Full name of a new branch.")
@click.option("--short-name", type=Name(), help="Short name of a new branch.")
@click.option("--kind", type=click.Choice([kind.value for kind in BranchKind]))
@click.option("--parent", "parent_slug", type=Slug(), help="Slug of the branch above a new one.")
@click.option("--on", "opened_on", type=Day(), help="First day of a new branch.")
def open_one(slug: str, **new: str | date | None) -> None:
    """Lay the books of a branch; with --name and the rest, add the branch to the tree first."""
    if any(new.values()):
        command = _new_branch(slug, new)
        with unit_of_work(DirectoryScope()) as session:
            open_branch(session, command)
    branch = branch_named(slug)
    lay_books(branch)
    click.echo(f"{branch.slug}: the books are laid.")


@branches.verb("open-communes")
def open_communes() -> None:
    """Lay the books of the city and of every open commune; safe to repeat."""
    with reading(DirectoryScope()) as session:
        wanted = [b for b in open_branches(session) if b.kind in KINDS_OF_PRODUCTION]
    for branch in wanted:
        lay_books(branch)
    click.echo(f"The books of {len(wanted)} branches are laid.")


@branches.verb("close")
@click.argument("slug", type=Slug())
@click.option("--on", "closed_on", type=Day(), required=True, help="First day without it.")
def close_one(slug: str, *, closed_on: date) -> None:
    """End a branch: from that day it takes no gift; what it holds stays readable.

    Refused while its book has entries of that day or later, or a period with such days. These are
    closed in its book too: a gift that found the branch open a moment ago meets them.
    """
    branch = branch_named(slug)
    with unit_of_work(scope_of(branch)) as session:
        hold_postings(session)
        newest = newest_entry_day(session)
        close_branch(session, branch.id, closed_on=closed_on, newest_entry_on=newest)
        close_period(session, closed_on, date.max)
    click.echo(f"{slug} is closed from {closed_on}.")


@branches.verb("contact")
@click.argument("slug", type=Slug())
@click.option("--address", type=Name(), help="Where people may come.")
@click.option("--phone", type=Phone(), help="Where people may call.")
@click.option("--email", type=Email(), help="Where people may write.")
@click.option(
    "--take-down", "taken_down", multiple=True, type=click.Choice(("address", "phone", "email"))
)
def contact(slug: str, taken_down: tuple[str, ...], **told: str | None) -> None:
    """Publish how a branch is reached; what is not given stays, unless it is taken down."""
    branch = branch_named(slug)
    known = {name: new or getattr(branch, name) for name, new in told.items()}
    published = {name: None if name in taken_down else text for name, text in known.items()}
    with unit_of_work(scope_of(branch)) as session:
        publish_contact(session, branch.id, Contact(**published))
    click.echo(f"Everybody reads how to reach {slug}:")
    for name, text in published.items():
        click.echo(f"  {name}: {text or '-'}")


def lay_books(branch: BranchView) -> None:
    """Lay the books of a branch that keeps its own; laying them again changes nothing.

    Raises:
        Conflict: it uses its parent's books, or only reports.
    """
    if branch.books != WITH_OWN_BOOKS:
        raise Conflict(marked("Đơn vị này không giữ sổ riêng nên không mở sổ được."))
    with unit_of_work(scope_of(branch)) as session:
        open_books(session, opened_on=branch.opened_on)


def _new_branch(slug: str, new: dict[str, str | date | None]) -> OpenBranch:
    match new:
        case {"name": str(name), "kind": str(kind), "opened_on": date() as opened_on}:
            return OpenBranch(
                slug=slug,
                name=name,
                short_name=str(new["short_name"] or name),
                kind=BranchKind(kind),
                opened_on=opened_on,
                parent_slug=str(new["parent_slug"]) if new["parent_slug"] else None,
            )
    raise click.UsageError("A new branch needs --name, --kind and --on.")


def _row(branch: BranchView) -> dict[str, object]:
    return {
        "slug": branch.slug,
        "name": branch.name,
        "kind": branch.kind,
        "parent": branch.parent_slug,
        "books": branch.books,
        "opened_on": branch.opened_on,
        "closed_on": branch.closed_on,
    }
