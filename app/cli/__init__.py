"""flask <feature> <verb>: each a unit of work around one service call."""

from flask import Flask

from app.cli.branches import branches
from app.cli.demo.commands import demo
from app.cli.ledger import ledger
from app.cli.outbox import outbox
from app.cli.people import roles, tokens, users
from app.cli.rollups import rollups


def install(app: Flask) -> None:
    """Register the command groups of contract.md §4."""
    for group in (branches, users, roles, tokens, demo, ledger, rollups, outbox):
        app.cli.add_command(group)
