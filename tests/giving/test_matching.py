"""A line that names an offer is its gift; all else waits for a person. No line gives twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.banking.queries import get_line, open_money
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Arrival, Method, ReverseDonation
from app.donations.queries import DonationFilter, DonationView, donations
from app.donations.service import reverse_donation
from app.giving.commands import GiftFromLines, Part
from app.giving.matching import give_from_lines, match_by_code
from app.giving.queries import get_offer, gifts_of_offer
from app.kernel.errors import Conflict, DomainError, Invalid
from app.kernel.ids import uuid7
from app.kernel.memo_codes import new_memo_code
from app.receipts.queries import receipt_of_donation
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift


def gifts(branch: BranchAtHand) -> list[DonationView]:
    """All gifts of a branch."""
    with reading(branch.scope) as session:
        return list(donations(session, DonationFilter()))


def test_a_line_that_names_a_code_becomes_the_offers_gift(a_branch: BranchAtHand) -> None:
    offer = an_offer(a_branch)
    tell(a_branch, an_account(a_branch), [told(500_000, f"MBVCB.1.ANH ung ho{offer.code}.CT tu")])
    drain_outbox()
    (gift,) = gifts(a_branch)
    assert (gift.amount, gift.donor_name, gift.method) == (
        500_000,
        "Nguyễn Thị Ngọc Ánh",
        "bank_transfer",
    )
    assert balance(a_branch, "112") == 500_000
    assert balance(a_branch, "3388") == 0
    assert balance(a_branch, "5111") == -500_000
    with reading(a_branch.scope) as session:
        assert get_offer(session, offer.id).received == 500_000
        assert receipt_of_donation(session, gift.id).number == 1


@pytest.mark.parametrize("amount", [1_000, 300_000, 5_000_000])
def test_less_or_more_than_offered_is_a_gift_of_what_came(
    a_branch: BranchAtHand, amount: int
) -> None:
    offer = an_offer(a_branch)
    account = an_account(a_branch)
    codes = offer.code, " ".join(offer.code.lower())
    tell(a_branch, account, [told(amount, code) for code in codes])
    drain_outbox()
    assert [gift.amount for gift in gifts(a_branch)] == [amount, amount]


@pytest.mark.parametrize("words", ["NGUYEN THI NGOC ANH chuyen tien", "{cut}", "{one} {other}", ""])
def test_what_names_no_single_offer_waits(a_branch: BranchAtHand, words: str) -> None:
    one, other = an_offer(a_branch), an_offer(a_branch)
    said = words.format(cut=one.code[:-1], one=one.code, other=other.code)
    tell(a_branch, an_account(a_branch), [told(500_000, said)])
    drain_outbox()
    assert gifts(a_branch) == []
    assert balance(a_branch, "3388") == -500_000


def test_a_code_of_another_branch_names_nothing(
    a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    offer = an_offer(another_branch)
    tell(a_branch, an_account(a_branch), [told(500_000, offer.code)])
    drain_outbox()
    assert gifts(a_branch) == gifts(another_branch) == []


def test_matching_twice_makes_one_gift(a_branch: BranchAtHand) -> None:
    offer = an_offer(a_branch)
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000, offer.code)])
    for _ in range(2):
        with unit_of_work(a_branch.scope) as session:
            match_by_code(session, line)
    assert len(gifts(a_branch)) == 1


def test_a_gift_taken_back_returns_its_money_to_suspense(a_branch: BranchAtHand) -> None:
    offer = an_offer(a_branch)
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000, offer.code)])
    drain_outbox()
    (gift,) = gifts(a_branch)
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session,
            ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Người khác chuyển nhầm mã"),
        )
    drain_outbox()
    assert (balance(a_branch, "112"), balance(a_branch, "3388")) == (500_000, -500_000)
    with reading(a_branch.scope) as session:
        assert get_line(session, line).open_amount == 500_000
        assert get_offer(session, offer.id).received == 0
        assert [each.is_reversed for each in gifts_of_offer(session, offer.id)] == [True]


def from_lines(branch: BranchAtHand, *parts: Part, amount: int | None = None) -> GiftFromLines:
    """A family's gift of these parts."""
    gift = a_gift(branch, amount=amount or sum(part.amount for part in parts))
    arrived = replace(gift, method=Method.BANK_TRANSFER, arrival=Arrival.FROM_SUSPENSE)
    return GiftFromLines(gift=arrived, parts=parts)


def test_one_line_is_split_and_several_are_joined(a_branch: BranchAtHand) -> None:
    account = an_account(a_branch)
    one, other = tell(a_branch, account, [told(500_000, "ca ngo"), told(300_000, "them")])
    for command in (
        from_lines(a_branch, Part(one, 200_000)),
        from_lines(a_branch, Part(one, 300_000), Part(other, 300_000)),
    ):
        for _ in range(2):
            with unit_of_work(a_branch.scope) as session:
                give_from_lines(session, command)
    assert sorted(gift.amount for gift in gifts(a_branch)) == [200_000, 600_000]
    assert balance(a_branch, "3388") == 0
    with reading(a_branch.scope) as session:
        assert open_money(session).count == 0


def test_no_line_gives_more_than_it_has(a_branch: BranchAtHand) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000)])
    for command, refusal in (
        (from_lines(a_branch, Part(line, 500_001)), Conflict),
        (from_lines(a_branch, Part(uuid7(), 500_000)), Conflict),
        (from_lines(a_branch, Part(line, 500_000), amount=499_999), Invalid),
    ):
        with pytest.raises(refusal), unit_of_work(a_branch.scope) as session:
            give_from_lines(session, command)
    assert gifts(a_branch) == []


def test_many_at_once_share_a_line_and_no_more(a_branch: BranchAtHand, application: Flask) -> None:
    (line,) = tell(a_branch, an_account(a_branch), [told(500_000)])

    def try_it(_: int) -> bool:
        with application.app_context():
            try:
                with unit_of_work(a_branch.scope) as session:
                    give_from_lines(session, from_lines(a_branch, Part(line, 100_000)))
            except DomainError:
                return False
            return True

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(try_it, range(16))) == 5
    assert balance(a_branch, "3388") == 0


def test_what_the_book_refuses_waits_for_a_person(a_branch: BranchAtHand) -> None:
    offer = an_offer(a_branch)
    before_it_was_opened = date(2019, 11, 2)
    (line,) = tell(
        a_branch, an_account(a_branch), [told(500_000, offer.code, day=before_it_was_opened)]
    )
    drain_outbox()
    with reading(a_branch.scope) as session:
        assert get_line(session, line).open_amount == 500_000
        left = session.execute(text("SELECT count(*) FROM outbox")).scalar_one()
    assert (gifts(a_branch), left) == ([], 0)


def test_a_code_that_nobody_was_given_names_nothing(a_branch: BranchAtHand) -> None:
    tell(a_branch, an_account(a_branch), [told(500_000, new_memo_code())])
    drain_outbox()
    assert gifts(a_branch) == []
