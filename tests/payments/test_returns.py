"""Money that goes back: in parts, wholly, by the payer's bank; what is left is said everywhere."""

from uuid import UUID

import pytest
from sqlalchemy import text

from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.returns import returns_of
from app.donations.service import reverse_donation
from app.kernel.clock import today
from app.kernel.errors import Conflict, InsufficientFunds, Invalid, NotFound
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side
from app.ledger.service import close_period, post_entry
from app.payments.commands import RequestRefund
from app.payments.queries import disputes_of, open_disputes, refunds_of
from app.payments.returns import request_refund
from app.receipts.queries import receipt_of_donation
from tests.builders.branches import BranchAtHand
from tests.builders.cards import CardHouse, ask_back, balances, gift_count, payment_of
from tests.builders.consequences import drain_outbox
from tests.builders.pages import Browser
from tests.doubles.stripe import cards as at_stripe


def voids(branch: BranchAtHand) -> int:
    """How many receipts are void."""
    with reading(branch.scope) as session:
        query = "SELECT count(*) FROM receipt_voids WHERE branch_id = current_branch()"
        return int(session.execute(text(query)).scalar_one())


def request(
    branch: BranchAtHand, payment_id: UUID, minor: int, refund_id: UUID | None = None
) -> None:
    """Request a refund; nothing is sent yet."""
    command = RequestRefund(
        id=refund_id or uuid7(), payment_id=payment_id, minor=minor, reason="Chuyển nhầm"
    )
    with unit_of_work(branch.scope) as session:
        request_refund(session, command)


def test_a_part_that_goes_back_leaves_the_gift_its_rest(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()

    ask_back(a_branch, payment_id, 200_000)
    ask_back(a_branch, payment_id, 100_000)

    assert balances(a_branch) == {"113": 175_000, "5111": -200_000, "642": 25_000}
    assert gift_count(a_branch) == 1
    assert voids(a_branch) == 0
    with reading(a_branch.scope) as session:
        noted = [(each.amount, each.left) for each in returns_of(session, payment_id)]
        code = receipt_of_donation(session, payment_id).verify_code
    assert noted == [(200_000, 300_000), (100_000, 200_000)]
    page = Browser(cards.app).open(f"/xac-minh/{code}")
    assert "đã hoàn một phần về thẻ, còn 200.000 đ" in page.text
    assert "500.000 đ" in page.text


def test_the_last_part_voids_the_receipt(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch)
    cards.pay(a_branch)
    cards.tell()

    ask_back(a_branch, payment_id, 200_000)
    ask_back(a_branch, payment_id, 300_000)

    assert voids(a_branch) == 1
    assert gift_count(a_branch) == 1
    assert balances(a_branch) == {"113": 450_000, "5111": -500_000, "642": 50_000}


def test_what_was_added_for_the_fee_goes_back_last(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch, covers_fee=True)
    cards.tell()
    cards.pay(a_branch)
    cards.tell()

    ask_back(a_branch, payment_id, 500_000)
    gift_gone = balances(a_branch)
    ask_back(a_branch, payment_id, 31_381)

    assert gift_gone["5111"] == -500_000
    assert gift_gone["642"] == 25_000 + 26_067 - 31_381
    assert balances(a_branch)["642"] == 25_000 + 26_067


def test_never_more_goes_back_than_is_left(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    request(a_branch, payment_id, 300_000)

    with pytest.raises(Invalid):
        request(a_branch, payment_id, 200_001)
    with pytest.raises(Invalid):
        request(a_branch, payment_id, 0)
    drain_outbox()

    assert payment_of(a_branch, payment_id).taken_minor == 300_000


def test_the_same_request_is_one_refund(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    refund_id = uuid7()

    request(a_branch, payment_id, 100_000, refund_id)
    request(a_branch, payment_id, 100_000, refund_id)
    with pytest.raises(Conflict):
        request(a_branch, payment_id, 150_000, refund_id)
    drain_outbox()

    assert len(cards.world.listed("refund")) == 1


def test_a_lost_answer_sends_no_second_refund(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    request(a_branch, payment_id, 100_000)
    # Three calls look, the fourth gives back; its answer is lost and its key forgotten.
    cards.server.faults += ["", "", "500"]

    with pytest.raises(Exception, match="Cổng thanh toán"):
        drain_outbox()
    cards.server.replies.clear()
    make_due(a_branch)
    drain_outbox()

    assert len(cards.world.listed("refund")) == 1
    assert payment_of(a_branch, payment_id).taken_minor == 100_000


def test_money_that_is_no_longer_free_does_not_go_back(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    spend(a_branch, 400_000)

    with pytest.raises(InsufficientFunds):
        request(a_branch, payment_id, 200_000)


def test_what_the_provider_refuses_is_free_again(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    intent = cards.intent_of(a_branch, payment_id)
    at_stripe.refund(cards.world, {"payment_intent": intent, "amount": 400_000})
    request(a_branch, payment_id, 300_000)

    drain_outbox()

    with reading(a_branch.scope) as session:
        states = sorted((each.minor, each.state) for each in refunds_of(session, payment_id))
    assert states == [(300_000, "failed"), (400_000, "succeeded")]


def test_a_refund_that_the_cards_bank_returns_comes_again(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    ask_back(a_branch, payment_id, 200_000)
    (refund,) = cards.world.listed("refund")

    at_stripe.fail_refund(cards.world, refund["id"])
    cards.tell()

    assert payment_of(a_branch, payment_id).taken_minor == 0
    assert balances(a_branch) == {"113": 475_000, "5111": -500_000, "642": 25_000}


def test_a_dispute_takes_the_money_and_says_until_when_to_answer(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.pay(a_branch)
    cards.tell()
    told = at_stripe.dispute(cards.world, cards.intent_of(a_branch, payment_id))

    cards.tell()

    with reading(a_branch.scope) as session:
        (dispute,) = open_disputes(session)
    assert dispute.due_by
    assert int(dispute.due_by.timestamp()) == told["evidence_details"]["due_by"]
    assert balances(a_branch) == {"113": 60_000, "5111": -500_000, "642": 440_000}
    assert voids(a_branch) == 0


def test_a_dispute_that_is_won_brings_it_back(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch)
    told = at_stripe.dispute(cards.world, cards.intent_of(a_branch, payment_id))
    cards.tell()

    at_stripe.close_dispute(cards.world, told["id"], is_won=True)
    cards.tell()

    assert balances(a_branch) == {"113": 85_000, "5111": -500_000, "642": 415_000}
    assert (gift_count(a_branch), voids(a_branch)) == (1, 0)


def test_a_dispute_that_is_lost_voids_the_receipt(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch)
    cards.pay(a_branch)
    told = at_stripe.dispute(cards.world, cards.intent_of(a_branch, payment_id))
    cards.tell()

    at_stripe.close_dispute(cards.world, told["id"], is_won=False)
    cards.tell()

    with reading(a_branch.scope) as session:
        assert [each.state for each in disputes_of(session, payment_id)] == ["lost"]
    assert (gift_count(a_branch), voids(a_branch)) == (1, 1)


def test_a_gift_by_card_is_not_reversed_beside_its_card(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    command = ReverseDonation(id=uuid7(), donation_id=payment_id, reason="Ghi nhầm khoản này")

    with pytest.raises(Conflict, match="hoàn tiền về thẻ"), unit_of_work(a_branch.scope) as session:
        reverse_donation(session, command)


def test_a_refund_of_another_branch_is_not_there(
    cards: CardHouse, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()

    with pytest.raises(NotFound):
        request(another_branch, payment_id, 100_000)


def test_what_moved_on_a_closed_day_is_booked_today(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.prepare(a_branch)
    session_ref = cards.start(a_branch, payment_id)
    cards.world.ahead = -2 * 86_400
    at_stripe.pay(cards.world, session_ref)
    cards.world.ahead = 0
    with unit_of_work(a_branch.scope) as session:
        paid_on = cards.world.listed("charge")[0]["created"]
        day = session.execute(
            text("SELECT local_day(to_timestamp(:at))"), {"at": paid_on}
        ).scalar_one()
        close_period(session, day, day)

    cards.tell()

    assert balances(a_branch) == {"113": 475_000, "5111": -500_000, "642": 25_000}


def spend(branch: BranchAtHand, amount: int) -> None:
    """Money of the fund goes out as awards."""
    lines = (
        NewPosting(Account.AWARDS, Side.DEBIT, amount, branch.fund_id),
        NewPosting(Account.CARD_CLEARING, Side.CREDIT, amount, branch.fund_id),
    )
    with unit_of_work(branch.scope) as session:
        post_entry(session, NewEntry(uuid7(), today(), "award", uuid7(), lines))


def make_due(branch: BranchAtHand) -> None:
    """Let what was postponed be due."""
    with unit_of_work(branch.scope) as session:
        session.execute(text("UPDATE outbox SET due_at = now() WHERE branch_id = current_branch()"))
