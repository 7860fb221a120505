"""What was said of a line is unsaid: its money waits again and the book mirrors it, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.banking.check import broken_identities
from app.banking.queries import get_line
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, ReverseDonation
from app.donations.service import reverse_donation
from app.funds.queries import get_fund
from app.giving.dispositions import Disposition, dispose, link_recorded_gift, net
from app.giving.matches import matches_of_line, take_match_back
from app.kernel.clock import today
from app.kernel.errors import Conflict, NotFound, PeriodClosed
from app.kernel.ids import uuid7
from app.ledger.service import close_period, reopen_period
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift, give
from tests.giving.test_dispositions import assert_reconciled, out

ACCOUNTS = ("111", "112", "3388", "642")


def book(branch: BranchAtHand) -> list[int]:
    """What the accounts hold that saying and unsaying moves."""
    return [balance(branch, code) for code in ACCOUNTS]


def match_of(branch: BranchAtHand, line: UUID) -> UUID:
    """The one thing that was said of a line."""
    with reading(branch.scope) as session:
        (match,) = matches_of_line(session, line)
    return match.id


def take_back(branch: BranchAtHand, line: UUID, match: UUID) -> bool:
    """Take it back in a transaction of its own."""
    with unit_of_work(branch.scope) as session:
        return take_match_back(session, line, match)


def assert_waits(branch: BranchAtHand, *waiting: UUID) -> None:
    """The whole of these lines waits, and bank and book agree."""
    with reading(branch.scope) as session:
        found = [get_line(session, line) for line in waiting]
        assert [line.open_amount for line in found] == [line.amount for line in found]
        assert broken_identities(session) == []
    assert_reconciled(branch)


@pytest.mark.parametrize("disposition", Disposition)
def test_cash_and_fees_wait_again_and_may_be_said_anew(
    a_branch: BranchAtHand, disposition: Disposition
) -> None:
    give(a_branch)
    told_line = told(20_000) if disposition is Disposition.DEPOSIT else out(20_000)
    (line,) = tell(a_branch, an_account(a_branch), [told_line])
    before = book(a_branch)
    with unit_of_work(a_branch.scope) as session:
        dispose(session, line, disposition, a_branch.fund_id)
    said = book(a_branch)
    match = match_of(a_branch, line)
    assert [take_back(a_branch, line, match) for _ in range(2)] == [True, False]
    assert book(a_branch) == before != said
    assert_waits(a_branch, line)
    with reading(a_branch.scope) as session:
        assert get_fund(session, a_branch.fund_id).balance == 500_000
        audited = session.scalar(
            text("SELECT count(*) FROM audit_events WHERE action = 'bank_lines.unmatched'")
        )
    assert audited == 1
    with unit_of_work(a_branch.scope) as session:
        dispose(session, line, disposition, a_branch.fund_id)
    assert book(a_branch) == said


def test_of_two_that_came_and_went_both_wait_again(a_branch: BranchAtHand) -> None:
    came, went, other = tell(
        a_branch, an_account(a_branch), [told(300_000), out(300_000), out(300_000, "khac")]
    )
    for debit, taken in ((went, came), (other, other)):
        with unit_of_work(a_branch.scope) as session:
            net(session, came, debit)
        with reading(a_branch.scope) as session:
            match = next(m for m in matches_of_line(session, taken) if m.undone_at is None)
        assert take_back(a_branch, taken, match.id)
        assert not take_back(a_branch, taken, match.id)
        assert_waits(a_branch, came, went, other)


def test_a_typed_gift_keeps_its_receipt_and_meets_its_own_line(a_branch: BranchAtHand) -> None:
    gift = give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER)).id
    wrong, right = tell(a_branch, an_account(a_branch), [told(500_000), told(500_000, "dung")])
    with unit_of_work(a_branch.scope) as session:
        link_recorded_gift(session, wrong, gift)
    assert take_back(a_branch, wrong, match_of(a_branch, wrong))
    assert_waits(a_branch, wrong, right)
    with unit_of_work(a_branch.scope) as session:
        link_recorded_gift(session, right, gift)
    assert balance(a_branch, "112") == 1_000_000
    command = ReverseDonation(id=uuid7(), donation_id=gift, reason="Ghi nhầm người ủng hộ")
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(session, command)
    assert_waits(a_branch, wrong, right)


def test_a_gift_made_of_the_line_is_cancelled_instead(a_branch: BranchAtHand) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000, an_offer(a_branch).code)])
    drain_outbox()
    with pytest.raises(Conflict):
        take_back(a_branch, line, match_of(a_branch, line))


def test_a_closed_day_of_the_line_does_not_matter_but_today_does(a_branch: BranchAtHand) -> None:
    day = today() - timedelta(days=40)
    (line,) = tell(a_branch, an_account(a_branch), [told(100_000, day=day)])
    with unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.DEPOSIT)
    match = match_of(a_branch, line)
    with unit_of_work(a_branch.scope) as session:
        close_period(session, today(), today())
    with pytest.raises(PeriodClosed):
        take_back(a_branch, line, match)
    with unit_of_work(a_branch.scope) as session:
        reopen_period(session, today(), today())
        close_period(session, day, day)
    assert take_back(a_branch, line, match)
    assert_waits(a_branch, line)


def test_many_at_once_take_it_back_once(a_branch: BranchAtHand, application: Flask) -> None:
    came, went = tell(a_branch, an_account(a_branch), [told(300_000), out(300_000)])
    with unit_of_work(a_branch.scope) as session:
        net(session, came, went)
    sides = [(line, match_of(a_branch, line)) for line in (came, went)] * 4

    def try_it(side: tuple[UUID, UUID]) -> bool:
        with application.app_context():
            return take_back(a_branch, *side)

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(try_it, sides)) == 1
    assert_waits(a_branch, came, went)


def test_another_branchs_match_is_not_there(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    line, beside = tell(a_branch, an_account(a_branch), [told(500_000), told(1_000)])
    with unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.DEPOSIT)
    match = match_of(a_branch, line)
    for branch, asked in ((another_branch, line), (a_branch, beside)):
        with pytest.raises(NotFound):
            take_back(branch, asked, match)
    assert match_of(a_branch, line) == match
