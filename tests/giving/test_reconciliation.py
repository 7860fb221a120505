"""The book beside the bank: each day by who told it, and the month's end by what lies between."""

from datetime import date, timedelta
from time import perf_counter
from uuid import UUID

from app.banking.closings import MonthEnd, closings, month_end
from app.banking.commands import LineSide
from app.banking.reconciliation import (
    ReconciledDay,
    missing_lines,
    reconciled_days,
    unanswered_transfers,
)
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, ReverseDonation
from app.donations.service import reverse_donation
from app.giving.dispositions import Disposition, dispose, link_recorded_gift
from app.giving.told_twice import say_told_twice
from app.kernel.clock import today
from app.kernel.ids import uuid7
from app.ledger.service import close_period
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, state, tell, told
from tests.builders.branches import BranchAtHand, open_commune
from tests.builders.donations import a_gift, give
from tests.giving.test_told_twice import one_too_many, stated_lines

# Seconds for all reads of the page, for a month of 5,000 lines: 0.3 when nobody else works here.
SLOW = 2


def ago(days: int) -> date:
    """The day so many days before today."""
    return today() - timedelta(days=days)


def days_of(branch: BranchAtHand) -> dict[date, ReconciledDay]:
    """Every day on which something moved."""
    with reading(branch.scope) as session:
        found = reconciled_days(session, date(2020, 1, 1), today())
    assert [day for day in found if day.difference] == []
    return {day.day: day for day in found}


def a_transfer(branch: BranchAtHand, day: date, amount: int = 500_000) -> UUID:
    """A transfer that the treasurer typed."""
    gift = a_gift(branch, method=Method.BANK_TRANSFER, received_on=day, amount=amount)
    return give(branch, gift).id


def link(branch: BranchAtHand, line: UUID, gift: UUID) -> None:
    """Say that the line is the money of the typed gift."""
    with unit_of_work(branch.scope) as session:
        link_recorded_gift(session, line, gift)


def take_back(branch: BranchAtHand, gift: UUID) -> None:
    """Reverse a gift."""
    command = ReverseDonation(id=uuid7(), donation_id=gift, reason="Ghi nhầm")
    with unit_of_work(branch.scope) as session:
        reverse_donation(session, command)


def end_of(branch: BranchAtHand, last: date) -> MonthEnd:
    """The month's end; its steps lead from the closings to the book."""
    with reading(branch.scope) as session:
        end = month_end(session, last)
    steps = end.before + end.missing + end.later + end.by_hand + end.elsewhere
    assert end.closing + steps == end.booked
    return end


def test_what_only_a_notice_told_stands_apart_and_is_named(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    tell(a_branch, account, [told(100_000, "ca hai", day=ago(1))])
    (alone,) = tell(a_branch, account, [told(90_000, "chi bao tin", day=ago(1))])
    tell(a_branch, account, [told(70_000, "ngay sau")])
    state(
        a_branch,
        account,
        [
            told(100_000, "ca hai", day=ago(1)),
            told(30_000, "phi", day=ago(1), side=LineSide.DEBIT),
        ],
        opening=50_000,
    )
    days = days_of(a_branch)
    day = days[ago(1)]
    assert (day.credited, day.debited) == (100_000, 30_000)
    assert (day.missing, day.missing_count, day.unstated_count) == (90_000, 1, 0)
    assert (days[today()].unstated, days[today()].missing_count) == (70_000, 0)
    assert not day.is_agreed
    assert not days[today()].is_agreed
    with reading(a_branch.scope) as session:
        assert [line.id for line in missing_lines(session, ago(5), today())] == [alone]
        (end,) = closings(session, ago(5), today())
    assert (end.closing, end.by_lines, end.difference) == (120_000, 210_000, 90_000)


def test_a_statement_of_one_account_covers_no_other(a_branch: BranchAtHand) -> None:
    mine, other = an_account(a_branch), an_account(a_branch)
    state(a_branch, mine, [told(100_000, "mot")])
    tell(a_branch, other, [told(5_000, "hai")])
    day = days_of(a_branch)[today()]
    assert (day.credited, day.missing_count, day.unstated) == (100_000, 0, 5_000)


def test_statements_that_meet_on_a_day_each_close_alone(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    state(a_branch, account, [told(1_000, "mot", day=ago(2)), told(2_000, "hai", day=ago(1))])
    state(a_branch, account, [told(3_000, "ba", day=ago(1)), told(4_000, "tu")], opening=3_000)
    with reading(a_branch.scope) as session:
        ends = closings(session, ago(9), today())
    assert [(end.closing, end.difference) for end in ends] == [(3_000, 0), (10_000, 0)]
    assert all(day.is_agreed for day in days_of(a_branch).values())


def test_a_typed_gift_is_by_hand_on_its_own_day_alone(a_branch: BranchAtHand) -> None:
    account, gift_day, line_day = an_account(a_branch), ago(2), ago(1)
    gift = a_transfer(a_branch, gift_day)
    assert days_of(a_branch)[gift_day].by_hand == 500_000
    state(a_branch, account, [told(500_000, "LE VAN TAM", day=line_day)])
    (line,) = stated_lines(a_branch, "LE VAN TAM")
    link(a_branch, line.id, gift)
    days = days_of(a_branch)
    assert [day.by_hand for day in days.values()] == [0, 0]
    assert (days[gift_day].booked, days[gift_day].elsewhere) == (500_000, -500_000)
    assert (days[line_day].booked, days[line_day].elsewhere) == (0, 500_000)
    assert days[line_day].told == 500_000


def test_a_gift_answered_in_part_waits_for_the_rest(a_branch: BranchAtHand) -> None:
    account, gift = an_account(a_branch), a_transfer(a_branch, ago(2))
    (line,) = tell(a_branch, account, [told(200_000, day=ago(1))])
    link(a_branch, line, gift)
    days = days_of(a_branch)
    assert (days[ago(2)].by_hand, days[ago(1)].by_hand) == (300_000, 0)
    with reading(a_branch.scope) as session:
        assert list(unanswered_transfers(session, ago(5), today())) == [gift]


def test_a_gift_taken_back_later_is_by_hand_on_no_day(a_branch: BranchAtHand) -> None:
    gift, other = a_transfer(a_branch, ago(3)), a_transfer(a_branch, ago(3), 70_000)
    (line,) = tell(a_branch, an_account(a_branch), [told(70_000, day=ago(2))])
    link(a_branch, line, other)
    for each in (gift, other):
        take_back(a_branch, each)
    days = days_of(a_branch)
    assert {day.by_hand for day in days.values()} == {0}
    assert days[ago(3)].elsewhere == -570_000
    assert days[ago(2)].told == 70_000


def test_cash_and_fees_stay_on_the_day_of_their_line(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    give(a_branch, a_gift(a_branch, amount=900_000))
    came, cash, fee = tell(
        a_branch,
        account,
        [
            told(300_000, "nop tien", day=ago(1)),
            told(100_000, "rut tien", day=ago(1), side=LineSide.DEBIT),
            told(11_000, "phi", day=ago(1), side=LineSide.DEBIT),
        ],
    )
    with unit_of_work(a_branch.scope) as session:
        dispose(session, came, Disposition.DEPOSIT)
        dispose(session, cash, Disposition.WITHDRAWAL)
        dispose(session, fee, Disposition.FEE, a_branch.fund_id)
    day = days_of(a_branch)[ago(1)]
    assert (day.told, day.booked, day.by_hand, day.elsewhere) == (189_000, 189_000, 0, 0)


def test_a_line_and_its_twin_count_once_also_when_booked_late(a_branch: BranchAtHand) -> None:
    day = ago(40)
    with unit_of_work(a_branch.scope) as session:
        close_period(session, day, day)
    phantom, (one, _) = one_too_many(a_branch, day=day)
    with unit_of_work(a_branch.scope) as session:
        say_told_twice(session, phantom, one)
    days = days_of(a_branch)
    assert (days[day].told, days[day].missing_count, days[day].elsewhere) == (66_000, 0, 66_000)
    assert (days[today()].booked, days[today()].elsewhere) == (66_000, -66_000)
    with reading(a_branch.scope) as session:
        assert list(missing_lines(session, day, day)) == []
        (end,) = closings(session, day, day)
    assert end.difference == 0


def test_the_months_end_leads_from_the_statement_to_the_book(a_branch: BranchAtHand) -> None:
    account, without = an_account(a_branch), an_account(a_branch)
    state(
        a_branch,
        account,
        [told(100_000, "mot", day=ago(9)), told(10_000, "hai", day=ago(7))],
        opening=1_000_000,
    )
    tell(a_branch, account, [told(5_000, "thieu", day=ago(8)), told(700, "sau", day=ago(6))])
    tell(a_branch, without, [told(30, "khong sao ke", day=ago(8))])
    a_transfer(a_branch, ago(8), 20_000)
    answered = a_transfer(a_branch, ago(5), 3_000)
    (early,) = tell(a_branch, account, [told(3_000, "som", day=ago(6))])
    link(a_branch, early, answered)
    end = end_of(a_branch, ago(6))
    assert [(each.last_day, each.closing) for each in end.closings] == [(ago(7), 1_110_000)]
    assert (end.before, end.missing, end.later) == (-1_000_000, 5_000, 3_730)
    assert (end.by_hand, end.elsewhere) == (20_000, -3_000)
    assert end.booked == 100_000 + 10_000 + 5_000 + 700 + 30 + 20_000
    now = end_of(a_branch, today())
    assert (now.elsewhere, now.booked) == (0, balance(a_branch, "112"))


def test_without_a_statement_the_month_has_no_closing(a_branch: BranchAtHand) -> None:
    tell(a_branch, an_account(a_branch), [told(5_000)])
    end = end_of(a_branch, today())
    assert (end.closings, end.later, end.booked) == ([], 5_000, 5_000)


def test_another_branch_is_not_seen(a_branch: BranchAtHand, another_branch: BranchAtHand) -> None:
    one_too_many(another_branch)
    a_transfer(another_branch, ago(1))
    assert days_of(a_branch) == {}
    assert end_of(a_branch, today()).booked == 0


def test_a_month_of_five_thousand_lines_is_quick(city: BranchAtHand) -> None:
    # A branch that is not checked afterwards: without statistics that takes long.
    a_branch = open_commune(city)
    account = an_account(a_branch)
    tell(
        a_branch,
        account,
        [told(1_000 + n, f"dong {n}", day=ago(28 - n // 200)) for n in range(5_000)],
    )
    state(a_branch, account, [told(1_000, "dong 0", day=ago(28)), told(7_000, "cuoi")])
    with reading(a_branch.scope) as session:
        assert len(missing_lines(session, ago(28), today())) == 4_999
    # Others work on the same machine: the quickest of three.
    assert min(seconds_of_reads(a_branch) for _ in range(3)) < SLOW


def seconds_of_reads(branch: BranchAtHand) -> float:
    """How long the reads of the page take together."""
    with reading(branch.scope) as session:
        began = perf_counter()
        reconciled_days(session, ago(28), today())
        missing_lines(session, ago(28), today())
        closings(session, ago(28), today())
        month_end(session, today())
        return perf_counter() - began
