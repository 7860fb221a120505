"""flask receipts: are the papers that were issued still what they were."""

import click
from flask import current_app

from app.cli.arguments import Slug
from app.cli.operator import OperatorGroup, branch_named, scope_of, with_books
from app.db.unit_of_work import reading
from app.receipts.check import papers_without_file

receipts = OperatorGroup("receipts", help="Issued receipts and their papers.")


@receipts.verb("check")
@click.option("--branch", "slug", type=Slug(), help="This branch alone.")
def check(*, slug: str | None) -> None:
    """Read every paper and compare its SHA-256; lists what is lost and ends with status 1.

    A lost paper is printed again when somebody opens it; a paper that waits to be printed is none.
    """
    checked, lost_count = [branch_named(slug)] if slug else with_books(), 0
    for branch in checked:
        with reading(scope_of(branch)) as session:
            lost = papers_without_file(session, current_app.extensions["files"])
        lost_count += len(lost)
        for line in lost:
            click.echo(f"{branch.slug}: {line}")
    if lost_count:
        raise click.ClickException(f"{lost_count} papers lack their file.")
    click.echo(f"The papers of {len(checked)} branches are as they were recorded.")
