"""Fills the database with the demonstration, through the services; safe to repeat."""

import time
from collections.abc import Callable

import click
from flask import current_app

from app.accounts.queries import all_emails
from app.branches.queries import BranchView, all_branches, find_branch
from app.branches.service import open_branch
from app.cli.branches import lay_books
from app.cli.demo.book import fill_branch
from app.cli.demo.people import DOMAIN, PEOPLE, bring_in
from app.cli.demo.places import LOWER, Place, places
from app.cli.demo.scale import Scale
from app.cli.operator import branch_named
from app.db.scope import DirectoryScope, RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import today
from app.ledger.queries import branches_with_entries
from app.rollups.check import differences
from app.rollups.service import AT_MOST, fold

Tell = Callable[[str], object]

SECONDS_BETWEEN_LINES = 2.0


def has_people_of_its_own() -> bool:
    """Whether somebody may sign in here who is not of the demonstration."""
    with reading(DirectoryScope()) as session:
        return any(not email.endswith(DOMAIN) for email in all_emails(session))


def plant(scale: Scale, *, tell: Tell) -> None:
    """Bring in people and fill their branches; what was done before is not done again.

    Each branch is one transaction, so a broken off seeding goes on with the next branch. Raises
    click.ClickException when the totals do not agree with the books at the end.
    """
    # Nobody waits for these consequences, and a worker may not even run yet: beat will sweep.
    current_app.extensions.pop("bell", None)
    tree, filled = _tree_with_lower_branches(), _with_entries()
    # Before the books: a treasurer who enters gifts must be the one who can sign in.
    for person in PEOPLE:
        lay_books(branch_named(person.slug))
        bring_in(person)
    wanted = [place for place in places(tree, scale, today()) if place.slug not in filled]
    _fill(wanted, {branch.slug: branch for branch in tree}, tell=tell)
    _prove_totals()
    tell(f"The demonstration is there: {len(wanted)} branches were filled.")


def _tree_with_lower_branches() -> list[BranchView]:
    with unit_of_work(DirectoryScope()) as session:
        for new in LOWER:
            if find_branch(session, new.slug) is None:
                open_branch(session, new)
    with reading(DirectoryScope()) as session:
        return list(all_branches(session))


def _with_entries() -> set[str]:
    with reading(RelayScope()) as session:
        return set(branches_with_entries(session))


def _fill(wanted: list[Place], tree: dict[str, BranchView], *, tell: Tell) -> None:
    gift_count, told_at = 0, time.monotonic()
    for done, place in enumerate(wanted, 1):
        gift_count += fill_branch(tree[place.slug], place, today())
        if time.monotonic() - told_at > SECONDS_BETWEEN_LINES or done == len(wanted):
            tell(f"{done}/{len(wanted)} branches, {gift_count} gifts")
            told_at = time.monotonic()


def _prove_totals() -> None:
    folded = AT_MOST
    while folded == AT_MOST:
        with unit_of_work(RelayScope()) as session:
            folded = fold(session)
    with reading(RelayScope()) as session:
        found = differences(session)
    if found:
        raise click.ClickException(f"Totals differ from the ledger: {found[0]}")
