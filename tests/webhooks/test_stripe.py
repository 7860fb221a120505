"""What is taken for Stripe's, and what is not (reliability.md §4.6 W)."""

import gzip
import json
import time
from collections.abc import Callable
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import text

from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading
from tests.builders.branches import BranchAtHand
from tests.builders.cards import SECRET, CardHouse, balances, payment_of
from tests.builders.consequences import drain_outbox
from tests.builders.pages import alone
from tests.doubles.stripe import cards as at_stripe
from tests.doubles.stripe.delivery import Delivery, signed
from tests.doubles.stripe.shapes import Thing

A_YEAR: Final = 365 * 86_400


def with_header(event: Thing, header: str) -> Delivery:
    """The event under another signature header."""
    return Delivery(signed(event, SECRET).body, header, event["id"])


def right_one(event: Thing, at: int | None = None) -> str:
    """The signature header that counts."""
    return signed(event, SECRET, at=at).signature


def now() -> int:
    """Seconds."""
    return int(time.time())


REFUSED: Final[dict[str, Callable[[Thing], Delivery]]] = {
    "W01 no signature": lambda e: with_header(e, ""),
    "W02 wrong secret": lambda e: signed(e, "whsec_other"),
    "W03 301 seconds old": lambda e: signed(e, SECRET, at=now() - 301),
    "W04 a year ahead": lambda e: signed(e, SECRET, at=now() + A_YEAR),
    "W04 301 seconds ahead": lambda e: signed(e, SECRET, at=now() + 305),
    "W05 no t": lambda e: with_header(e, right_one(e).split(",")[1]),
    "W05 two t": lambda e: with_header(e, f"{right_one(e)},t={now()}"),
    "W05 t is no number": lambda e: with_header(e, right_one(e).replace("t=", "t=x")),
    "W06 scheme v0 only": lambda e: with_header(e, right_one(e).replace("v1=", "v0=")),
    "W08 one byte changed": lambda e: Delivery(
        signed(e, SECRET).body.replace(b"500000", b"500001", 1), right_one(e), e["id"]
    ),
    "W09 written anew": lambda e: Delivery(json.dumps(e).encode(), right_one(e), e["id"]),
    "W10 empty": lambda e: Delivery(b"", right_one(e), e["id"]),
    "W12 another account": lambda e: signed(e | {"account": "acct_1"}, SECRET),
    "W13 live told in test": lambda e: signed(e | {"livemode": True}, SECRET),
    "W27 a year old": lambda e: signed(e, SECRET, at=now() - A_YEAR),
    "packed": lambda e: Delivery(gzip.compress(signed(e, SECRET).body), right_one(e), e["id"]),
    "no event": lambda e: signed({"id": "evt_x", "object": "event"}, SECRET),
    "empty t and v1": lambda e: with_header(e, "t=,v1="),
}


def events_kept(event_id: str) -> int:
    """How often an event is in the inbox."""
    query = "SELECT count(*) FROM payment_events WHERE event_id = :id"
    with reading(DirectoryScope()) as session:
        return int(session.execute(text(query), {"id": event_id}).scalar_one())


@pytest.mark.parametrize("way", REFUSED)
def test_what_is_not_stripes_is_refused_and_not_kept(
    way: str, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    cards.pay(a_branch)
    event = cards.world.events[-1]

    status = cards.deliver(REFUSED[way](event))

    assert status == 400
    assert events_kept(event["id"]) == 0


@pytest.mark.parametrize("seconds", [-295, 0, 295])
def test_five_minutes_either_way_are_allowed(
    seconds: int, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    cards.pay(a_branch)
    event = cards.world.events[-1]

    assert cards.deliver(signed(event, SECRET, at=now() + seconds)) == 200
    assert events_kept(event["id"]) == 1


def test_one_right_signature_of_two_is_enough(cards: CardHouse, a_branch: BranchAtHand) -> None:
    cards.pay(a_branch)
    event = cards.world.events[-1]
    stamp, scheme = right_one(event).split(",")

    assert cards.deliver(with_header(event, f"{stamp},v1={'0' * 64},{scheme}")) == 200


def test_a_body_beyond_measure_is_not_read(cards: CardHouse) -> None:
    assert cards.deliver(Delivery(b" " * 300_000, "t=1,v1=x", "evt")) == 413


def test_an_event_of_a_kind_nobody_knows_is_kept(cards: CardHouse, a_branch: BranchAtHand) -> None:
    cards.pay(a_branch)
    event = cards.world.events[-1] | {"type": "terminal.reader.blinked", "id": "evt_unknown_kind"}

    assert cards.deliver(signed(event, SECRET)) == 200
    assert events_kept("evt_unknown_kind") == 1
    drain_outbox()


def test_another_event_of_the_same_change_changes_nothing(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    cards.pay(a_branch)
    cards.tell()
    before = balances(a_branch)

    cards.tell([cards.world.events[-1] | {"id": f"evt_again_{a_branch.slug}"}])

    assert balances(a_branch) == before


def test_words_in_an_event_are_never_believed(cards: CardHouse, a_branch: BranchAtHand) -> None:
    """W20, W21, W25: it may say what it wants; what counts is asked."""
    payment_id = cards.pay(a_branch)
    event = json.loads(json.dumps(cards.world.events[-1]))
    event["id"] = f"evt_lie_{a_branch.slug}"
    event["data"]["object"] |= {
        "amount_total": 50_000_000,
        "currency": "usd",
        "metadata": {"x": "'; DROP TABLE payments; --<script>"},
    }

    cards.tell([event])

    assert payment_of(a_branch, payment_id).total_minor == 500_000
    assert balances(a_branch)["5111"] == -500_000


def test_refund_before_payment_and_dispute_before_payment_end_the_same(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    """W16, W18: the newest event comes first, the oldest last."""
    first = cards.intent_of(a_branch, cards.pay(a_branch))
    at_stripe.refund(cards.world, {"payment_intent": first, "amount": 100_000})
    second = cards.intent_of(a_branch, cards.pay(a_branch))
    at_stripe.close_dispute(cards.world, at_stripe.dispute(cards.world, second)["id"], is_won=True)

    cards.tell(cards.world.events[::-1])

    # Two fees of 25.000 đ and one for the dispute.
    assert balances(a_branch) == {"113": 460_000, "5111": -900_000, "642": 440_000}


def test_switched_off_it_says_so(application: Flask) -> None:
    answer = alone(application.test_client().post, "/webhooks/stripe", data=b"{}")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert "chưa nhận thẻ" in answer.text


def test_reading_bodies_of_events_is_not_granted(cards: CardHouse, a_branch: BranchAtHand) -> None:
    with pytest.raises(Exception, match="permission denied"), reading(a_branch.scope) as session:
        session.execute(text("SELECT body FROM payment_events"))
