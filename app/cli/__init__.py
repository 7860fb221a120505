"""flask <feature> <verb>: each a unit of work around one service call."""

from flask import Flask

from app.cli import banks, boards, branches, ledger, outbox, people, rates, receipts, rollups
from app.cli.demo import commands


def install(app: Flask) -> None:
    """Register the command groups of contract.md §4."""
    groups = (
        branches.branches,
        banks.bank_accounts,
        banks.bank_feeds,
        people.users,
        people.roles,
        people.tokens,
        commands.demo,
        ledger.ledger,
        rollups.rollups,
        boards.boards,
        receipts.receipts,
        outbox.outbox,
        rates.rates,
    )
    for group in groups:
        app.cli.add_command(group)
