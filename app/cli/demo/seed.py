"""Fills the database with the demonstration, through the services; safe to repeat."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click
from flask import current_app

from app.accounts.queries import all_users
from app.branches.queries import BranchView, all_branches, find_branch
from app.branches.service import open_branch
from app.cli.boards import make_boards
from app.cli.demo.banks import lay_accounts
from app.cli.demo.book import fill_branch
from app.cli.demo.history import lay_history, owner_url, tidy_tables
from app.cli.demo.people import DOMAIN, PEOPLE, bring_in
from app.cli.demo.places import LOWER, Place, places
from app.cli.demo.scale import Scale
from app.cli.ledger import broken_identities
from app.db.scope import DirectoryScope, RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import today
from app.ledger.queries import branches_with_entries
from app.rollups.check import differences
from app.rollups.service import rebuild

Tell = Callable[[str], object]

SECONDS_BETWEEN_LINES = 2.0


@dataclass(frozen=True, slots=True)
class Errand:
    """A place to fill and the branch it is."""

    place: Place
    branch: BranchView


def has_people_of_its_own() -> bool:
    """Whether somebody may sign in here who is not of the demonstration."""
    with reading(DirectoryScope()) as session:
        return any(not user.email.endswith(DOMAIN) for user in all_users(session))


def plant(scale: Scale, *, tell: Tell) -> None:
    """Bring in the demo's people and fill its branches; what was done before is not done again.

    A branch's gifts are one transaction, so a seeding that was broken off goes on with the next
    branch. Raises click.ClickException when the owner of the database is not known, or when books
    or totals do not check at the end.
    """
    owner_url()
    # Nobody waits for these consequences, and the worker may not even run yet: beat will sweep.
    current_app.extensions.pop("bell", None)
    for person in PEOPLE:
        bring_in(person)
    _open_lower_branches()
    wanted = _wanted(scale)
    errands = _unfilled(wanted)
    _fill(errands, tell)
    lay_history([errand.place.slug for errand in wanted if errand.place.gift_count])
    lay_accounts(current_app.extensions["settings"].secret_key)
    _sum_up()
    tidy_tables()
    # The others follow once the worker runs; it is these that somebody opens first.
    make_boards(errand.branch for errand in errands if errand.branch.closed_on is None)
    _prove([errand.branch for errand in errands])
    filled = sum(errand.place.gift_count > 0 for errand in errands)
    tell(f"The demonstration is there: {filled} branches were filled.")


def _open_lower_branches() -> None:
    for new in LOWER:
        with unit_of_work(DirectoryScope()) as session:
            if find_branch(session, new.slug) is None:
                open_branch(session, new)


def _wanted(scale: Scale) -> list[Errand]:
    """Every place of the demonstration."""
    with reading(DirectoryScope()) as session:
        tree = {branch.slug: branch for branch in all_branches(session)}
    return [
        Errand(place, tree[place.slug]) for place in places(list(tree.values()), scale, today())
    ]


def _unfilled(wanted: Sequence[Errand]) -> list[Errand]:
    """The places that have no entry in their book yet."""
    with reading(RelayScope()) as session:
        filled = set(branches_with_entries(session))
    return [errand for errand in wanted if errand.place.slug not in filled]


def _fill(errands: Sequence[Errand], tell: Tell) -> None:
    started = told_at = time.monotonic()
    entered = 0
    for done, errand in enumerate(errands, start=1):
        entered += fill_branch(errand.branch, errand.place, today())
        if time.monotonic() - told_at > SECONDS_BETWEEN_LINES or done == len(errands):
            told_at = time.monotonic()
            seconds = told_at - started
            tell(f"Demo: {entered:,} gifts, {done} of {len(errands)} branches, {seconds:.0f} s")


def _sum_up() -> None:
    with unit_of_work(RelayScope()) as session:
        rebuild(session)


def _prove(branches: Sequence[BranchView]) -> None:
    with reading(RelayScope()) as session:
        faults = list(differences(session))
    faults += [
        f"{branch.slug}: {what}" for branch in branches for what in broken_identities(branch)
    ]
    if faults:
        raise click.ClickException("The demonstration does not check:\n" + "\n".join(faults))
