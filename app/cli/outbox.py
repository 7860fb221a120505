"""flask outbox: the facts that wait for their consequences."""

import click

from app.cli.arguments import as_json
from app.cli.listing import show_json
from app.cli.operator import OperatorGroup
from app.db import outbox as facts
from app.db.scope import RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import now

outbox = OperatorGroup("outbox", help="Facts that wait for their consequences.")


@outbox.verb("status")
@as_json
def status(*, as_json: bool) -> None:
    """Count the facts: waiting, set aside until asked for, failed; and the age of the oldest."""
    with reading(RelayScope()) as session:
        found = facts.status(session)
    told = {
        "waiting": found.waiting,
        "scheduled": found.scheduled,
        "failed": found.failed,
        "oldest": found.oldest,
        "oldest_seconds": (now() - found.oldest).total_seconds() if found.oldest else 0.0,
    }
    if as_json:
        show_json(told)
        return
    for name, value in told.items():
        click.echo(f"{name}: {'none' if value is None else value}")


@outbox.verb("retry")
def retry() -> None:
    """Give failed facts their tries again, from now on."""
    with unit_of_work(RelayScope()) as session:
        retried = facts.retry_failed(session)
    click.echo(f"{retried} facts are due again.")
