"""flask outbox: the facts that wait for their consequences."""

from typing import Final

import click

from app.cli.arguments import as_json
from app.cli.listing import show_json
from app.cli.operator import OperatorGroup
from app.db import outbox as facts
from app.db.scope import RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import now

ON_REQUEST: Final = "papers printed when first asked for, as the demonstration's; nothing is late"

outbox = OperatorGroup("outbox", help="Facts that wait for their consequences.")


@outbox.verb("status")
@as_json
def status(*, as_json: bool) -> None:
    """Count the facts: waiting, scheduled, failed; and the age of the oldest that waits.

    Scheduled are papers that are printed when somebody first asks for one: nothing is late.
    """
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
        meaning = f"  ({ON_REQUEST})" if name == "scheduled" and value else ""
        click.echo(f"{name}: {'none' if value is None else value}{meaning}")


@outbox.verb("retry")
def retry() -> None:
    """Give failed facts their tries again, from now on."""
    with unit_of_work(RelayScope()) as session:
        retried = facts.retry_failed(session)
    click.echo(f"{retried} facts are due again.")
