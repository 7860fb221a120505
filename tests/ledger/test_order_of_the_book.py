"""Within a day the book stands in the order in which it was written, whatever the ids are."""

from uuid import UUID

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.db.unit_of_work import reading, unit_of_work
from app.funds.queries import balances_after
from app.kernel.clock import today
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side
from app.ledger.queries import EntryFilter, entries
from app.ledger.service import post_entry
from tests.builders.branches import BranchAtHand
from tests.builders.software import Software


@pytest.fixture
def posted(a_branch: BranchAtHand) -> list[UUID]:
    """Five entries of one day in the order of posting, against the order of their ids."""
    ids = sorted((uuid7() for _ in range(5)), reverse=True)
    for number, entry_id in enumerate(ids, start=1):
        lines = [
            NewPosting(Account.CASH, Side.DEBIT, number * 1000, a_branch.fund_id),
            NewPosting(Account.OPENING, Side.CREDIT, number * 1000, a_branch.fund_id),
        ]
        with unit_of_work(a_branch.scope) as session:
            post_entry(session, NewEntry(entry_id, today(), "test", uuid7(), lines))
    return ids


def test_the_last_posted_comes_first_and_a_part_goes_on_where_the_last_ended(
    a_branch: BranchAtHand, posted: list[UUID]
) -> None:
    with reading(a_branch.scope) as session:
        first = entries(session, EntryFilter(fund_id=a_branch.fund_id, at_most=2))
        place = (first[-1].dated_on, first[-1].id)
        rest = entries(session, EntryFilter(fund_id=a_branch.fund_id, after=place))

    assert [entry.id for entry in [*first, *rest]] == posted[::-1]


def test_the_balance_runs_in_that_order(a_branch: BranchAtHand, posted: list[UUID]) -> None:
    with reading(a_branch.scope) as session:
        balances = balances_after(session, a_branch.fund_id, posted)

    assert [balances[each].balance for each in posted] == [1000, 3000, 6000, 10_000, 15_000]


def test_software_reads_every_entry_once_in_that_order(
    application: Flask, a_branch: BranchAtHand, posted: list[UUID]
) -> None:
    software = Software(application, a_branch, Role.TREASURER)
    found, cursor = [], ""
    for _ in range(3):
        answer = software.get(f"/entries?limit=2{cursor}").json
        found += [UUID(entry["id"]) for entry in answer["items"]]
        cursor = f"&cursor={answer['next']}"

    assert found == posted[::-1]
    assert answer["next"] is None
