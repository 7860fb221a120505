"""The double itself: it refuses what Stripe's schema refuses, and says nothing but what it has."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from app.payments.stripe_gateway import API_VERSION
from tests.builders.cards import KEY
from tests.doubles.stripe import cards
from tests.doubles.stripe.contract import SPEC, OffContract, hold_answer, hold_event, request_of
from tests.doubles.stripe.delivery import signed
from tests.doubles.stripe.server import Server, serving
from tests.doubles.stripe.world import World

VENDOR = Path(__file__).parents[1] / "vendor" / "stripe"
SESSIONS = "POST /v1/checkout/sessions"
PLAIN: dict[str, Any] = {
    "mode": "payment",
    "success_url": "http://127.0.0.1/",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "vnd",
                "unit_amount": 500_000,
                "product_data": {"name": "Ủng hộ"},
            },
        }
    ],
}


@pytest.fixture
def server() -> Iterator[Server]:
    """A double of the test's own."""
    with serving(World()) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[stripe.StripeClient]:
    """The official library, pointed at it."""
    yield from library(server, KEY, API_VERSION)


def library(server: Server, key: str, version: str) -> Iterator[stripe.StripeClient]:
    """The official library with this key and version."""
    http = stripe.RequestsClient(timeout=5)
    yield stripe.StripeClient(
        key,
        stripe_version=version,
        base_addresses={"api": server.base},
        http_client=http,
        max_network_retries=0,
    )
    http.close()  # type: ignore[no-untyped-call]


def changed(**more: Any) -> Any:
    """A session as it is asked for, with something else."""
    return json.loads(json.dumps(PLAIN)) | more


def test_the_schema_is_the_one_that_was_recorded() -> None:
    origin = json.loads((VENDOR / "ORIGIN.json").read_text("utf-8"))
    content = gzip.decompress((VENDOR / "spec.json.gz").read_bytes())

    assert hashlib.sha256(content).hexdigest() == origin["cut_sha256"]
    assert SPEC["version"] == origin["stripe_version"] == API_VERSION


def test_what_the_library_sends_is_taken_with_its_types(
    client: stripe.StripeClient, server: Server
) -> None:
    made = client.v1.checkout.sessions.create(PLAIN)  # type: ignore[arg-type]

    assert made.amount_total == 500_000
    assert server.world.asked[made.id] == PLAIN


@pytest.mark.parametrize(
    "asked",
    [
        changed(moed="payment"),
        changed(mode="gift"),
        changed(payment_intent_data={"metdata": {"a": "b"}}),
        changed(line_items=[{"quantity": 1, "price_data": {"curency": "vnd"}}]),
        changed(expires_at="tomorrow"),
    ],
)
def test_what_stripe_does_not_know_is_refused_at_any_depth(
    asked: Any, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(asked)

    assert refused.value.code == "off_contract"


@pytest.mark.parametrize(("currency", "amount"), [("vnd", 5_000), ("vnd", 10**8), ("zzz", 10**5)])
def test_limits_of_currencies_are_held(
    currency: str, amount: int, client: stripe.StripeClient
) -> None:
    asked = changed()
    asked["line_items"][0]["price_data"] |= {"currency": currency, "unit_amount": amount}

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(asked)


def test_the_same_key_tells_the_same_and_other_parameters_are_an_error(
    client: stripe.StripeClient,
) -> None:
    key: Any = {"idempotency_key": "k"}
    first = client.v1.checkout.sessions.create(PLAIN, key)  # type: ignore[arg-type]
    again = client.v1.checkout.sessions.create(PLAIN, key)  # type: ignore[arg-type]

    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(changed(locale="vi"), key)


def test_never_more_is_refunded_than_was_paid(client: stripe.StripeClient, server: Server) -> None:
    made = client.v1.checkout.sessions.create(PLAIN)  # type: ignore[arg-type]
    intent = cards.pay(server.world, made.id)["id"]
    client.v1.refunds.create({"payment_intent": intent, "amount": 400_000})

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent, "amount": 100_001})
    client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})

    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize(("key", "version"), [("sk_live_x", API_VERSION), (KEY, "2017-08-15")])
def test_another_mode_or_version_is_refused(key: str, version: str, server: Server) -> None:
    for client in library(server, key, version):
        with pytest.raises(stripe.StripeError):
            client.v1.checkout.sessions.create(PLAIN)  # type: ignore[arg-type]


def test_an_answer_that_is_none_of_stripes_is_a_fault_of_the_double() -> None:
    with pytest.raises(OffContract):
        hold_answer("GET /v1/refunds/{refund}", {"object": "refund", "id": "re_1"})
    with pytest.raises(OffContract):
        request_of(SESSIONS, "mode=payment&nonsense=1")


def test_an_event_that_is_none_of_stripes_is_a_fault_of_the_double(server: Server) -> None:
    event = server.world.tell("charge.refunded", cards_charge(server))
    event["data"]["object"]["amout"] = 1

    with pytest.raises(OffContract):
        hold_event(event)


def test_the_librarys_own_check_takes_what_the_double_signs(server: Server) -> None:
    sent = signed(server.world.tell("charge.refunded", cards_charge(server)), "whsec_x")

    told = stripe.Webhook.construct_event(sent.body, sent.signature, "whsec_x", api_key=KEY)

    assert told["type"] == "charge.refunded"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(sent.body, sent.signature, "whsec_y", api_key=KEY)


def test_the_page_pays_and_declines(client: stripe.StripeClient, server: Server) -> None:
    made = client.v1.checkout.sessions.create(PLAIN)  # type: ignore[arg-type]
    assert made.url

    shown = requests.get(made.url, timeout=5)
    declined = requests.post(made.url, {"card": "decline"}, timeout=5)
    paid = requests.post(made.url, {"card": "pay"}, timeout=5, allow_redirects=False)

    assert "500000 VND" in shown.text
    assert "declined" in declined.text
    assert (paid.status_code, paid.headers["Location"]) == (303, "http://127.0.0.1/")
    assert server.world.get(made.id)["payment_status"] == "paid"


def cards_charge(server: Server) -> dict[str, Any]:
    """A charge that somebody paid."""
    session = cards.open_session(server.world, changed(), base=server.base)
    return cards.charge_of(server.world, cards.pay(server.world, session["id"])["id"])
