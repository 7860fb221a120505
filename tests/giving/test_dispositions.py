"""What was nobody's gift: cash, fees, money typed before its line came, sums that came and went."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.banking.commands import LineSide, ToldLine
from app.banking.queries import get_line, open_money
from app.banking.reconciliation import reconciled_days, unanswered_transfers
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, ReverseDonation
from app.donations.service import reverse_donation
from app.funds.queries import get_fund
from app.giving.dispositions import Disposition, dispose, link_recorded_gift, net
from app.kernel.clock import today
from app.kernel.errors import Conflict, DomainError, InsufficientFunds, Invalid
from app.kernel.ids import uuid7
from app.ledger.service import close_period
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift, give


def assert_reconciled(branch: BranchAtHand) -> None:
    """Nothing is left unexplained on any day."""
    with reading(branch.scope) as session:
        days = reconciled_days(session, date(2020, 1, 1), today())
        assert [day for day in days if day.difference] == []
        assert sum(day.booked for day in days) == balance(branch, "112")


def out(amount: int, words: str = "Rut tien mat") -> ToldLine:
    """A movement of today that took money out."""
    return told(amount, words, side=LineSide.DEBIT)


def test_cash_taken_out_changes_its_place_alone(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    offer = an_offer(a_branch)
    tell(a_branch, account, [told(500_000, offer.code)])
    drain_outbox()
    (line,) = tell(a_branch, account, [out(200_000)])
    with unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.WITHDRAWAL)
    assert (balance(a_branch, "111"), balance(a_branch, "112")) == (200_000, 300_000)
    assert balance(a_branch, "3388") == 0
    with reading(a_branch.scope) as session:
        assert get_fund(session, a_branch.fund_id).balance == 500_000
    assert_reconciled(a_branch)


def test_a_fee_is_borne_by_a_fund_that_has_it(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    (line,) = tell(a_branch, account, [out(11_000, "Thu phi dich vu")])
    with pytest.raises(InsufficientFunds), unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.FEE, a_branch.fund_id)
    with pytest.raises(Invalid), unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.FEE)
    give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.FEE, a_branch.fund_id)
    assert (balance(a_branch, "642"), balance(a_branch, "3388")) == (11_000, 0)
    with reading(a_branch.scope) as session:
        assert get_fund(session, a_branch.fund_id).balance == 489_000
    assert_reconciled(a_branch)


def test_cash_paid_in_and_the_wrong_way_about(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    give(a_branch)
    (line,) = tell(a_branch, account, [told(500_000, "nop tien mat")])
    with pytest.raises(Invalid), unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.WITHDRAWAL)
    with unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.DEPOSIT)
    assert (balance(a_branch, "111"), balance(a_branch, "112")) == (0, 500_000)
    with pytest.raises(DomainError), unit_of_work(a_branch.scope) as session:
        dispose(session, line, Disposition.DEPOSIT)
    assert_reconciled(a_branch)


def typed_transfer(branch: BranchAtHand) -> UUID:
    """A transfer that the treasurer typed before the bank told of it."""
    return give(branch, a_gift(branch, method=Method.BANK_TRANSFER)).id


def test_money_typed_before_its_line_came_is_there_once(a_branch: BranchAtHand) -> None:
    gift = typed_transfer(a_branch)
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000)])
    assert balance(a_branch, "112") == 1_000_000
    assert_reconciled(a_branch)
    with reading(a_branch.scope) as session:
        assert list(unanswered_transfers(session, today(), today())) == [gift]
    with unit_of_work(a_branch.scope) as session:
        link_recorded_gift(session, line, gift)
    assert (balance(a_branch, "112"), balance(a_branch, "3388")) == (500_000, 0)
    with pytest.raises(Conflict), unit_of_work(a_branch.scope) as session:
        link_recorded_gift(session, line, gift)
    assert_reconciled(a_branch)


def test_a_typed_gift_taken_back_leaves_its_line_in_suspense(a_branch: BranchAtHand) -> None:
    gift = typed_transfer(a_branch)
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000)])
    with unit_of_work(a_branch.scope) as session:
        link_recorded_gift(session, line, gift)
    command = ReverseDonation(id=uuid7(), donation_id=gift, reason="Ghi nhầm người ủng hộ")
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(session, command)
    assert (balance(a_branch, "112"), balance(a_branch, "3388")) == (500_000, -500_000)
    with reading(a_branch.scope) as session:
        assert get_line(session, line).open_amount == 500_000
    assert_reconciled(a_branch)


def test_a_sum_that_came_and_went_is_nothing(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    came, went = tell(a_branch, account, [told(300_000), out(300_000, "hoan tra")])
    with pytest.raises(Invalid), unit_of_work(a_branch.scope) as session:
        net(session, went, came)
    with unit_of_work(a_branch.scope) as session:
        net(session, came, went)
    with reading(a_branch.scope) as session:
        assert open_money(session).count == 0
    assert balance(a_branch, "112") == 0
    assert_reconciled(a_branch)


def test_another_branchs_lines_and_gifts_are_not_there(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    gift = typed_transfer(another_branch)
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000)])
    with pytest.raises(DomainError), unit_of_work(a_branch.scope) as session:
        link_recorded_gift(session, line, gift)
    with pytest.raises(DomainError), unit_of_work(another_branch.scope) as session:
        link_recorded_gift(session, line, gift)
    with pytest.raises(DomainError), unit_of_work(another_branch.scope) as session:
        dispose(session, line, Disposition.DEPOSIT)


def test_a_line_booked_after_its_period_was_closed_is_explained(a_branch: BranchAtHand) -> None:
    day = today() - timedelta(days=40)
    with unit_of_work(a_branch.scope) as session:
        close_period(session, day, day)
    tell(a_branch, an_account(a_branch), [told(100_000, day=day)])
    assert_reconciled(a_branch)
