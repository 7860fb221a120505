"""One movement that a feed and a statement told in other words is counted once."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app import audit
from app.banking.check import broken_identities
from app.banking.commands import LineSide
from app.banking.queries import LineFilter, LineView, get_line, lines
from app.banking.reconciliation import reconciled_days
from app.db.unit_of_work import reading, unit_of_work
from app.giving.dispositions import Disposition, dispose
from app.giving.matches import matches_of_line
from app.giving.told_twice import say_told_twice, twins
from app.kernel.clock import today
from app.kernel.errors import Conflict, DomainError, Invalid
from app.ledger.service import close_period
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, state, tell, told
from tests.builders.branches import BranchAtHand

BY_WEBHOOK, BY_BANK = "LE VAN BAY ung ho khong ma", "Chuyen khoan tu LE VAN BAY"


def stated_lines(branch: BranchAtHand, words: str = BY_BANK) -> list[LineView]:
    """The lines that say so."""
    with reading(branch.scope) as session:
        return [line for line in lines(session, LineFilter()) if line.description == words]


def one_too_many(branch: BranchAtHand, *, day: date | None = None) -> tuple[UUID, list[UUID]]:
    """A line of a feed, and the two that the statement tells of the same money."""
    account, on = an_account(branch), {"day": day or today()}
    (phantom,) = tell(branch, account, [told(33_000, BY_WEBHOOK, **on)])
    state(branch, account, [told(33_000, BY_BANK, **on), told(33_000, BY_BANK, **on)])
    return phantom, [line.id for line in stated_lines(branch)]


def say(branch: BranchAtHand, line: UUID, stated: UUID) -> bool:
    """Say it as the branch's treasurer."""
    with unit_of_work(branch.scope) as session:
        return say_told_twice(session, line, stated)


def assert_sound(branch: BranchAtHand) -> None:
    """The book holds together and no day is left unexplained."""
    with reading(branch.scope) as session:
        assert broken_identities(session) == []
        days = reconciled_days(session, date(2020, 1, 1), today())
        assert [day for day in days if day.difference] == []


def test_the_money_is_there_once_and_twice_is_once(a_branch: BranchAtHand) -> None:
    phantom, (one, _) = one_too_many(a_branch)
    assert (balance(a_branch, "112"), balance(a_branch, "3388")) == (99_000, -99_000)
    assert say(a_branch, phantom, one)
    assert not say(a_branch, phantom, one)
    assert (balance(a_branch, "112"), balance(a_branch, "3388")) == (66_000, -66_000)
    with reading(a_branch.scope) as session:
        assert get_line(session, phantom).open_amount == 0
        (match,) = matches_of_line(session, phantom)
        assert (match.kind, match.subject_id, match.amount) == ("told_twice", one, 33_000)
        assert [event.action for event in audit.trail(session, phantom)] == ["bank_lines.matched"]
        tellings = "SELECT count(*) FROM bank_line_tellings WHERE line_id = ANY(:ids)"
        assert session.execute(text(tellings), {"ids": [phantom, one]}).scalar() == 2
        days = reconciled_days(session, today(), today())
        assert [(day.told, day.missing, day.booked) for day in days] == [(66_000, 0, 66_000)]
    assert_sound(a_branch)


def test_money_that_went_out_comes_back_into_the_book(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    out = {"side": LineSide.DEBIT}
    (phantom,) = tell(a_branch, account, [told(20_000, "RUT TIEN TAI ATM", **out)])
    state(a_branch, account, [told(20_000, "Giao dich the noi dia", **out)], opening=50_000)
    (stated,) = stated_lines(a_branch, "Giao dich the noi dia")
    say(a_branch, phantom, stated.id)
    assert (balance(a_branch, "112"), balance(a_branch, "3388")) == (-20_000, 20_000)
    assert_sound(a_branch)


def test_one_line_of_a_statement_answers_one_line_of_a_feed(a_branch: BranchAtHand) -> None:
    account, feed = an_account(a_branch), an_account(a_branch)
    first, second = tell(
        a_branch, account, [told(33_000, BY_WEBHOOK), told(33_000, "MOT NGUOI KHAC")], feed
    )
    state(a_branch, account, [told(33_000, BY_BANK)])
    (stated,) = stated_lines(a_branch)
    say(a_branch, first, stated.id)
    with pytest.raises(Invalid):
        say(a_branch, second, stated.id)
    assert balance(a_branch, "112") == 66_000


def test_two_feeds_may_both_have_told_what_a_statement_tells(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    (first,) = tell(a_branch, account, [told(33_000, BY_WEBHOOK)])
    (second,) = tell(a_branch, account, [told(33_000, "LVB UNG HO")])
    state(a_branch, account, [told(33_000, BY_BANK)])
    (stated,) = stated_lines(a_branch)
    assert say(a_branch, first, stated.id)
    assert say(a_branch, second, stated.id)
    assert balance(a_branch, "112") == 33_000
    assert_sound(a_branch)


def test_what_was_found_to_be_something_is_refused(a_branch: BranchAtHand) -> None:
    phantom, (one, _) = one_too_many(a_branch)
    with unit_of_work(a_branch.scope) as session:
        dispose(session, phantom, Disposition.DEPOSIT)
    with pytest.raises(Conflict):
        say(a_branch, phantom, one)
    with reading(a_branch.scope) as session:
        assert twins(session, get_line(session, phantom)) == []


def test_lines_that_differ_are_two(a_branch: BranchAtHand) -> None:
    account, other = an_account(a_branch), an_account(a_branch)
    (phantom,) = tell(a_branch, account, [told(33_000, BY_WEBHOOK)])
    far = today() - timedelta(days=4)
    state(a_branch, account, [told(33_000, "xa qua", day=far), told(34_000, "khac so")])
    state(a_branch, account, [told(33_000, "nguoc chieu", side=LineSide.DEBIT)], opening=90_000)
    state(a_branch, other, [told(33_000, "tai khoan khac")])
    tell(a_branch, account, [told(33_000, "chi webhook bao")])
    for words in ("xa qua", "khac so", "nguoc chieu", "tai khoan khac", "chi webhook bao"):
        (line,) = stated_lines(a_branch, words)
        with pytest.raises(Invalid):
            say(a_branch, phantom, line.id)
    assert balance(a_branch, "3388") == -33_000 * 3 - 34_000 - 33_000 + 33_000
    with pytest.raises(Invalid):
        say(a_branch, phantom, phantom)


def test_a_line_that_both_told_is_no_twin_and_no_phantom(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    (phantom, _) = tell(a_branch, account, [told(33_000, BY_WEBHOOK), told(33_000, BY_BANK)])
    state(a_branch, account, [told(33_000, BY_BANK)])
    (both,) = stated_lines(a_branch)
    for pair in ((phantom, both.id), (both.id, phantom)):
        with pytest.raises(Invalid):
            say(a_branch, *pair)


def test_three_days_apart_may_be_one_even_when_the_period_was_closed(
    a_branch: BranchAtHand,
) -> None:
    account, day = an_account(a_branch), today() - timedelta(days=40)
    (phantom,) = tell(a_branch, account, [told(33_000, BY_WEBHOOK, day=day)])
    state(a_branch, account, [told(33_000, BY_BANK, day=day + timedelta(days=3))])
    (stated,) = stated_lines(a_branch)
    with unit_of_work(a_branch.scope) as session:
        close_period(session, day, day)
    say(a_branch, phantom, stated.id)
    assert balance(a_branch, "112") == 33_000
    assert_sound(a_branch)


def test_another_branchs_lines_are_not_there(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    phantom, (one, _) = one_too_many(a_branch)
    theirs, (other, _) = one_too_many(another_branch)
    for pair in ((theirs, one), (phantom, other)):
        with pytest.raises(DomainError):
            say(a_branch, *pair)
    assert balance(a_branch, "112") == balance(another_branch, "112") == 99_000
