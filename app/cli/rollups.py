"""flask rollups: the totals, proved against the ledger or built again."""

import click

from app.cli.operator import OperatorGroup
from app.db.scope import RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.rollups.check import differences
from app.rollups.service import rebuild as rebuild_totals

rollups = OperatorGroup("rollups", help="Totals of branches and their trees.")


@rollups.verb("check")
def check() -> None:
    """Compare every total with the ledger; lists what differs and ends with status 1."""
    with reading(RelayScope()) as session:
        found = differences(session)
    for line in found:
        click.echo(line)
    if found:
        raise click.ClickException("Totals differ from the ledger; `flask rollups rebuild` mends.")
    click.echo("Every total agrees with the ledger.")


@rollups.verb("rebuild")
def rebuild() -> None:
    """Throw the totals away and sum the ledger again, beside running gifts."""
    with unit_of_work(RelayScope()) as session:
        rebuild_totals(session)
    click.echo("The totals are built again.")
