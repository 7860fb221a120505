"""flask ledger: the identities of the books, and the periods that close."""

from datetime import date

import click

from app.banking import check as banking_check
from app.branches.queries import BranchView
from app.cli.arguments import Day, Slug, branch_slug
from app.cli.operator import OperatorGroup, branch_named, scope_of, with_books
from app.db.unit_of_work import reading, unit_of_work
from app.ledger import check as ledger_check
from app.ledger.service import close_period, reopen_period
from app.payments import check as payments_check
from app.receipts import check as receipts_check

ledger = OperatorGroup("ledger", help="The books and their periods.")
first_day = click.option("--first", required=True, type=Day(), help="First day, included.")
last_day = click.option("--last", required=True, type=Day(), help="Last day, included.")


@ledger.verb("check")
@click.option("--branch", "slug", type=Slug(), help="This branch alone.")
def check(*, slug: str | None) -> None:
    """Prove the identities of all books and receipts; lists what fails and ends with status 1."""
    checked = [branch_named(slug)] if slug else with_books()
    broken = [f"{branch.slug}: {what}" for branch in checked for what in broken_identities(branch)]
    for line in broken:
        click.echo(line)
    if broken:
        raise click.ClickException(f"{len(broken)} identities do not hold.")
    click.echo(f"The books of {len(checked)} branches are sound.")


@ledger.verb("close")
@branch_slug
@first_day
@last_day
def close(*, slug: str, first: date, last: date) -> None:
    """Close a period: no entry dated in it is accepted any more."""
    with unit_of_work(scope_of(branch_named(slug))) as session:
        close_period(session, first, last)
    click.echo(f"{slug}: closed from {first} to {last}.")


@ledger.verb("reopen")
@branch_slug
@first_day
@last_day
def reopen(*, slug: str, first: date, last: date) -> None:
    """Open a closed period again."""
    with unit_of_work(scope_of(branch_named(slug))) as session:
        reopen_period(session, first, last)
    click.echo(f"{slug}: open from {first} to {last}.")


def broken_identities(branch: BranchView) -> list[str]:
    """What does not hold in the books and among the receipts of a branch."""
    with reading(scope_of(branch)) as session:
        return [
            *ledger_check.broken_identities(session),
            *receipts_check.broken_identities(session),
            *banking_check.broken_identities(session),
            *payments_check.broken_identities(session),
        ]
