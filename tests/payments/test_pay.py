"""A gift by card: paid once, told often or never, in the book once and to the đồng."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.db.unit_of_work import reading
from app.payments.gateway import Handle, ProviderAway, ProviderRefused
from app.payments.states import PaymentState
from config.local.cluster import Cluster
from tests.builders.branches import BranchAtHand
from tests.builders.cards import (
    SECRET,
    CardHouse,
    age,
    ask_back,
    balances,
    change,
    gift_count,
    order_of,
    payment_of,
)
from tests.builders.consequences import drain_outbox
from tests.doubles.stripe import cards as at_stripe
from tests.doubles.stripe.delivery import signed
from worker.tasks.payments import look, read_events, read_payouts, sweep


def receipts(branch: BranchAtHand) -> list[tuple[int, bool]]:
    """Number of each receipt, and whether it is void."""
    query = (
        "SELECT r.number, v.receipt_id IS NOT NULL FROM receipts r LEFT JOIN receipt_voids v"
        " ON (v.branch_id, v.receipt_id) = (r.branch_id, r.id)"
        " WHERE r.branch_id = current_branch() ORDER BY r.number"
    )
    with reading(branch.scope) as session:
        return [(row[0], row[1]) for row in session.execute(text(query))]


def test_a_paid_card_becomes_one_gift_with_its_fee(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)

    cards.tell()
    cards.tell()

    payment = payment_of(a_branch, payment_id)
    assert (payment.state, payment.donation_id) == (PaymentState.SUCCEEDED, payment_id)
    # The double's fee: 3.4 % and 8.000 đ.
    assert balances(a_branch) == {"113": 475_000, "5111": -500_000, "642": 25_000}
    assert receipts(a_branch) == [(1, False)]
    with reading(a_branch.scope) as session:
        mails = session.execute(text("SELECT purpose FROM messages")).all()
    assert [mail.purpose for mail in mails] == ["receipt"]


def test_two_workers_that_look_at_once_book_once(cards: CardHouse, a_branch: BranchAtHand) -> None:
    intent = cards.intent_of(a_branch, cards.pay(a_branch))
    look_at_once(cards, a_branch)
    drain_outbox()
    for _ in range(5):
        at_stripe.refund(cards.world, {"payment_intent": intent, "amount": 20_000})

    look_at_once(cards, a_branch)
    drain_outbox()

    assert gift_count(a_branch) == 1
    assert balances(a_branch) == {"113": 375_000, "5111": -400_000, "642": 25_000}
    query = "SELECT count(*) FROM audit_events WHERE action = 'payments.succeeded'"
    with reading(a_branch.scope) as session:
        assert session.execute(text(query)).scalar_one() == 1


def look_at_once(cards: CardHouse, branch: BranchAtHand) -> None:
    """Four workers have the same facts."""
    for event in cards.world.events:
        cards.deliver(signed(event, SECRET))
    with reading(branch.scope) as session:
        facts = session.scalars(text("SELECT id FROM outbox WHERE event = 'payments.told'")).all()

    def one(_: int) -> None:
        with cards.app.app_context():
            look(str(branch.id), [str(fact) for fact in facts])
            cards.gateway.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(4)))


def test_nothing_is_booked_before_the_gift(cards: CardHouse, a_branch: BranchAtHand) -> None:
    intent = cards.intent_of(a_branch, cards.pay(a_branch))
    at_stripe.refund(cards.world, {"payment_intent": intent, "amount": 100_000})

    look_at_once(cards, a_branch)
    before = balances(a_branch)
    drain_outbox()

    assert before == {}
    assert balances(a_branch) == {"113": 375_000, "5111": -400_000, "642": 25_000}


def test_the_giver_may_bear_the_fee(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.pay(a_branch, covers_fee=True)

    cards.tell()

    payment = payment_of(a_branch, payment_id)
    assert payment.amount == 500_000
    # (500.000 + 8.000) / (1 − 4,4 %) = 531.380,8 đ, rounded up.
    assert payment.cover_amount == 31_381
    assert balances(a_branch)["5111"] == -500_000
    assert balances(a_branch)["642"] == -31_381 + 26_067


def test_a_payout_empties_what_waited(cards: CardHouse, a_branch: BranchAtHand) -> None:
    cards.pay(a_branch)
    cards.pay(a_branch, 1_000_000)
    cards.tell()
    at_stripe.pay_out(cards.world)

    read_payouts()
    read_payouts()

    assert balances(a_branch) == {"112": 1_433_000, "5111": -1_500_000, "642": 67_000}


def test_each_branch_books_its_own_part_of_a_payout(
    cards: CardHouse, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    cards.pay(a_branch)
    cards.pay(another_branch, 1_000_000)
    cards.tell()
    at_stripe.pay_out(cards.world)

    read_payouts()

    assert balances(a_branch)["112"] == 475_000
    assert balances(another_branch)["112"] == 958_000


def test_a_payout_waits_until_all_of_it_is_known(cards: CardHouse, a_branch: BranchAtHand) -> None:
    cards.pay(a_branch)
    cards.tell()
    cards.pay(a_branch, 1_000_000)
    at_stripe.pay_out(cards.world)

    read_payouts()
    before = balances(a_branch)
    cards.tell()
    read_payouts()

    assert "112" not in before
    assert balances(a_branch)["112"] == 1_433_000
    assert "113" not in balances(a_branch)


def test_a_payout_that_failed_waits_for_the_next(cards: CardHouse, a_branch: BranchAtHand) -> None:
    cards.pay(a_branch)
    cards.tell()
    payout = at_stripe.pay_out(cards.world)
    assert payout
    read_payouts()
    at_stripe.fail_payout(cards.world, payout["id"])

    read_payouts()
    waiting = balances(a_branch)
    at_stripe.pay_out(cards.world)
    read_payouts()

    assert waiting["113"] == 475_000
    assert balances(a_branch)["112"] == 475_000
    assert "113" not in balances(a_branch)


def test_what_nobody_told_is_found_by_the_sweep(
    cards: CardHouse, a_branch: BranchAtHand, cluster: Cluster
) -> None:
    payment_id = cards.pay(a_branch)
    age(cluster, a_branch)

    sweep()
    drain_outbox()

    assert payment_of(a_branch, payment_id).state is PaymentState.SUCCEEDED


def test_what_became_of_a_final_payment_is_read_from_the_events(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    at_stripe.refund(
        cards.world, {"payment_intent": cards.intent_of(a_branch, payment_id), "amount": 200_000}
    )

    read_events()
    drain_outbox()

    assert payment_of(a_branch, payment_id).taken_minor == 200_000


def test_a_declined_card_leaves_nothing_in_the_book(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.prepare(a_branch)
    session_ref = cards.start(a_branch, payment_id)
    at_stripe.decline(cards.world, session_ref)
    at_stripe.expire(cards.world, session_ref)

    cards.tell()

    assert payment_of(a_branch, payment_id).state is PaymentState.ABANDONED
    assert balances(a_branch) == {}


def test_a_card_that_was_paid_after_we_gave_up_counts(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    change(a_branch, "state = 'abandoned'")

    cards.tell()

    assert payment_of(a_branch, payment_id).state is PaymentState.SUCCEEDED
    assert gift_count(a_branch) == 1


def test_an_answer_that_was_lost_is_found_by_the_event(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.prepare(a_branch)
    cards.server.faults.append("cut")
    with pytest.raises(ProviderAway):
        cards.gateway.start(order_of("VND", 500_000, payment_id))
    (session,) = cards.world.listed("checkout.session")
    at_stripe.pay(cards.world, session["id"])

    cards.tell()

    assert payment_of(a_branch, payment_id).session_ref == session["id"]
    assert gift_count(a_branch) == 1


def test_starting_twice_is_one_session(cards: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = cards.prepare(a_branch)
    order = order_of("VND", 500_000, payment_id)

    first, again = cards.gateway.start(order), cards.gateway.start(order)

    assert first == again
    assert len(cards.world.listed("checkout.session")) == 1
    with pytest.raises(ProviderRefused):
        cards.gateway.start(order_of("VND", 600_000, payment_id))


def test_a_picture_of_another_amount_changes_nothing_and_calls_a_person(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    intent = cards.world.get(cards.intent_of(a_branch, payment_id))
    intent["amount_received"] = 50_000_000

    cards.tell()

    payment = payment_of(a_branch, payment_id)
    assert (payment.state, payment.problem) == (PaymentState.OPEN, "amount")
    assert balances(a_branch) == {}
    intent["amount_received"] = 500_000
    change(a_branch, "problem = NULL")


def test_a_payment_of_another_branch_is_not_seen(
    cards: CardHouse, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()

    with reading(another_branch.scope) as session:
        for table in ("payments", "clearing_lines", "refunds", "disputes", "payouts"):
            assert session.execute(text(f"SELECT FROM {table}")).all() == []

    assert (
        cards.gateway.look(Handle(payment_id=payment_id, session_ref=None, intent_ref=None)) is None
    )


def test_a_whole_refund_takes_the_gift_out_and_voids_the_receipt(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.pay(a_branch)
    cards.tell()

    ask_back(a_branch, payment_id, 500_000)
    cards.tell()

    assert balances(a_branch) == {"113": 450_000, "5111": -500_000, "642": 50_000}
    assert gift_count(a_branch) == 1
    assert receipts(a_branch) == [(1, True), (2, False)]


def test_every_event_signed_with_the_secret_is_taken(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    cards.pay(a_branch)

    statuses = {cards.deliver(signed(event, SECRET)) for event in cards.world.events}

    assert statuses == {200}
    drain_outbox()


def test_what_the_provider_does_not_know_holds_up_nobody(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    lost = cards.pay(a_branch)
    found = cards.pay(a_branch)
    events = list(cards.world.events)
    del cards.world.things[payment_of(a_branch, lost).session_ref or ""]

    cards.tell(events)

    assert payment_of(a_branch, lost).state is PaymentState.OPEN
    assert payment_of(a_branch, found).state is PaymentState.SUCCEEDED
