"""The book refuses what does not balance, comes late or lies in a closed period."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.unit_of_work import unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.service import reverse_donation
from app.kernel.clock import today
from app.kernel.errors import Conflict, PeriodClosed
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side
from app.ledger.service import close_period, post_entry, reopen_period
from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give

YEAR_START, YEAR_END = date(today().year, 1, 1), date(today().year, 12, 31)


def an_entry(fund_id: UUID, *amounts: tuple[Account, Side, int]) -> NewEntry:
    """An entry of today with those lines."""
    lines = [NewPosting(account, side, amount, fund_id) for account, side, amount in amounts]
    return NewEntry(uuid7(), today(), "test", uuid7(), lines)


@pytest.mark.parametrize(
    "lines",
    [
        [(Account.CASH, Side.DEBIT, 100), (Account.GIFTS, Side.CREDIT, 99)],
        [(Account.CASH, Side.DEBIT, 100), (Account.GIFTS, Side.DEBIT, 100)],
        [(Account.CASH, Side.DEBIT, 100)],
        [],
        [(Account.CASH, Side.DEBIT, 0), (Account.GIFTS, Side.CREDIT, 0)],
        [(Account.CASH, Side.DEBIT, -5), (Account.GIFTS, Side.CREDIT, -5)],
        [(Account.CASH, Side.DEBIT, 10**13), (Account.GIFTS, Side.CREDIT, 10**13)],
    ],
)
def test_what_does_not_balance_is_refused(
    lines: list[tuple[Account, Side, int]], a_branch: BranchAtHand
) -> None:
    with pytest.raises(DBAPIError), unit_of_work(a_branch.scope) as session:
        post_entry(session, an_entry(a_branch.fund_id, *lines))


def test_the_same_cause_is_posted_once(a_branch: BranchAtHand) -> None:
    entry = an_entry(
        a_branch.fund_id, (Account.CASH, Side.DEBIT, 100), (Account.OPENING, Side.CREDIT, 100)
    )
    with unit_of_work(a_branch.scope) as session:
        post_entry(session, entry)

    with pytest.raises(DBAPIError, match="unique"), unit_of_work(a_branch.scope) as session:
        post_entry(session, entry)


def test_a_closed_period_takes_no_entry_until_it_is_opened_again(a_branch: BranchAtHand) -> None:
    with unit_of_work(a_branch.scope) as session:
        close_period(session, YEAR_START, YEAR_END)
    with pytest.raises(PeriodClosed):
        give(a_branch)

    with unit_of_work(a_branch.scope) as session:
        reopen_period(session, YEAR_START, YEAR_END)
    give(a_branch)

    with pytest.raises(Conflict), unit_of_work(a_branch.scope) as session:
        reopen_period(session, YEAR_START, YEAR_END)


def test_closing_one_branch_closes_no_other(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    with unit_of_work(a_branch.scope) as session:
        close_period(session, YEAR_START, YEAR_END)

    give(another_branch, a_gift(another_branch, amount=70_000))

    with unit_of_work(another_branch.scope) as session:
        assert session.execute(text("SELECT count(*) FROM periods")).scalar_one() == 0


def test_a_gift_is_not_taken_back_in_a_closed_period(a_branch: BranchAtHand) -> None:
    gift = give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        close_period(session, YEAR_START, YEAR_END)
    wish = ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Ghi nhầm người gửi")

    with pytest.raises(PeriodClosed) as refusal, unit_of_work(a_branch.scope) as session:
        reverse_donation(session, wish)

    assert refusal.value.field == ""
