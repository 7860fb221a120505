"""A line that names an offer is its gift; all else waits for a person. No line gives twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import text

from app.banking.commands import ToldLine
from app.banking.queries import LineFilter, get_line, lines, open_money
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Arrival, Method, ReverseDonation
from app.donations.queries import DonationFilter, DonationView, donations
from app.donations.service import reverse_donation
from app.giving.commands import GiftFromLines, Part
from app.giving.matching import give_from_lines, match_by_code
from app.giving.proposals import Why, proposals
from app.giving.queries import OfferView, get_offer, gifts_of_offer
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


@pytest.mark.parametrize("amount", [1_000, 300_000, 499_999])
def test_parts_and_what_goes_over_are_gifts_of_what_came(
    a_branch: BranchAtHand, amount: int
) -> None:
    offer = an_offer(a_branch)
    account = an_account(a_branch)
    codes = offer.code, " ".join(offer.code.lower())
    tell(a_branch, account, [told(amount, code) for code in codes])
    drain_outbox()
    assert [gift.amount for gift in gifts(a_branch)] == [amount, amount]


def strangers(offer: OfferView, count: int, amount: int = 50_000) -> list[ToldLine]:
    """Lines of so many other payers who all wrote the offer's code."""
    return [
        told(amount, f"{n} {offer.code}", counter_account=f"07163728902{n:02}")
        for n in range(count)
    ]


@pytest.mark.parametrize("paid", [500_000, 5_000_000])
def test_a_code_of_an_offer_that_is_paid_waits_for_a_person(
    a_branch: BranchAtHand, paid: int
) -> None:
    offer = an_offer(a_branch)
    account = an_account(a_branch)
    tell(a_branch, account, [told(paid, offer.code, counter_account="0011223344")])
    drain_outbox()
    tell(a_branch, account, [*strangers(offer, 23), told(40_000, offer.code)])
    drain_outbox()
    assert [gift.amount for gift in gifts(a_branch)] == [paid]
    with reading(a_branch.scope) as session:
        assert open_money(session).credited == 23 * 50_000 + 40_000
        (line, *_) = lines(session, LineFilter(is_open=True))
        (first, *_) = proposals(session, line)
    assert (first.why, first.subject_id) == (Why.PAID, offer.id)


def test_in_one_batch_the_next_line_sees_what_came_before(a_branch: BranchAtHand) -> None:
    offer = an_offer(a_branch)
    tell(a_branch, an_account(a_branch), strangers(offer, 23, 200_000))
    drain_outbox()
    assert [gift.amount for gift in gifts(a_branch)] == [200_000] * 3


def test_lines_at_the_same_time_see_each_other(a_branch: BranchAtHand, application: Flask) -> None:
    offer = an_offer(a_branch)
    one, other = tell(a_branch, an_account(a_branch), strangers(offer, 2, 500_000))

    def match() -> bool:
        with application.app_context(), unit_of_work(a_branch.scope) as session:
            return match_by_code(session, other) is None

    with ThreadPoolExecutor(1) as worker:
        with unit_of_work(a_branch.scope) as session:
            match_by_code(session, one)
            waits = worker.submit(match)
            until = monotonic() + 10
            while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert monotonic() < until
        assert waits.result()
    assert len(gifts(a_branch)) == 1


def test_the_payer_of_an_offer_may_pay_again(a_branch: BranchAtHand) -> None:
    offer, other = an_offer(a_branch), an_offer(a_branch)
    account = an_account(a_branch)
    words = f"{offer.code}.CT tu 0716372890209 NGUYEN THI ANH"
    tell(a_branch, account, [told(500_000, words), told(500_000, other.code)])
    drain_outbox()
    again = {"counter_account": "0716372890209"}
    tell(a_branch, account, [told(80_000, f"nua {offer.code}", **again)])
    tell(a_branch, account, [told(90_000, f"nua {other.code}", **again)])
    drain_outbox()
    assert sorted(gift.amount for gift in gifts(a_branch)) == [80_000, 500_000, 500_000]


def test_an_offer_whose_gift_was_taken_back_is_not_paid(a_branch: BranchAtHand) -> None:
    offer = an_offer(a_branch)
    account = an_account(a_branch)
    tell(a_branch, account, [told(500_000, offer.code, counter_account="0011223344")])
    drain_outbox()
    (gift,) = gifts(a_branch)
    wish = ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Người khác chuyển nhầm mã")
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(session, wish)
    tell(a_branch, account, strangers(offer, 1))
    drain_outbox()
    with reading(a_branch.scope) as session:
        assert get_offer(session, offer.id).received == 50_000


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
