"""Somebody else's Stripe: localstripe, in a process of its own, pays and tells, and we believe it.

It knows neither Checkout nor fees, honours no idempotency key and refuses no refund (its own
limits, found by trying), so it is asked for the happy path alone. It listens on all addresses of
the machine and has no option for less, so it lives as long as this test.
"""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
import stripe
from flask import Flask

from app.payments.states import PaymentState
from app.payments.stripe_gateway import API_VERSION, StripeGateway
from config.local.ports import wait_until
from tests.builders.branches import BranchAtHand
from tests.builders.cards import KEY, SECRET, CardHouse, balances, payment_of
from tests.builders.consequences import drain_outbox
from tests.doubles.stripe.delivery import Delivery

PROGRAM = Path(sys.executable).with_name("localstripe")


class Ear(HTTPServer):
    """Hears webhooks."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hearing)
        self.heard: list[Delivery] = []


class Hearing(BaseHTTPRequestHandler):
    """One webhook."""

    server: Ear

    def do_POST(self) -> None:
        """Keep what was said, as it was said."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(Delivery(body, self.headers["Stripe-Signature"], ""))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Say nothing."""


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Somebody who hears webhooks while the test lasts."""
    with Ear() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def answers(address: str) -> bool:
    """Whether somebody is there."""
    try:
        requests.get(f"{address}/js.stripe.com/v3/", timeout=1).close()
    except requests.RequestException:
        return False
    return True


@pytest.fixture
def peer(tmp_path: Path, ear: Ear) -> Iterator[str]:
    """Address of a localstripe that tells the ear."""
    if not PROGRAM.exists():
        pytest.skip("localstripe is not installed")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (tmp_path / "localstripe.log").open("wb") as log:
        process = subprocess.Popen(
            [str(PROGRAM), "--port", str(port), "--from-scratch"],
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
    try:
        if not wait_until(lambda: answers(address), seconds=15):
            pytest.skip(f"localstripe did not start: {(tmp_path / 'localstripe.log').read_text()}")
        told = {"url": f"http://127.0.0.1:{ear.server_address[1]}/", "secret": SECRET}
        requests.post(f"{address}/_config/webhooks/ours", told, timeout=5).close()
        yield address
    finally:
        process.terminate()
        process.wait(10)
        # It keeps what it knows there, and is never asked to remember.
        (Path(tempfile.gettempdir()) / "localstripe.pickle").unlink(missing_ok=True)


def free_port() -> int:
    """A port that nobody uses just now."""
    with HTTPServer(("127.0.0.1", 0), Hearing) as server:
        return int(server.server_address[1])


def test_what_an_independent_peer_pays_and_signs_becomes_a_gift(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, peer: str, ear: Ear
) -> None:
    payment_id = cards.prepare(a_branch)
    gateway = StripeGateway(KEY, SECRET, api_base=peer)
    application.extensions["card_payments"] = gateway
    intent = pay_there(peer, str(payment_id))
    assert wait_until(lambda: any(intent.encode() in h.body for h in ear.heard), seconds=10)

    statuses = [cards.deliver(heard) for heard in ear.heard]
    forged = [replace(heard, body=heard.body + b" ") for heard in ear.heard]
    drain_outbox()

    assert set(statuses) == {200}
    assert {cards.deliver(each) for each in forged} == {400}
    assert payment_of(a_branch, payment_id).state is PaymentState.SUCCEEDED
    assert balances(a_branch)["5111"] == -500_000
    gateway.close()


def pay_there(address: str, payment_id: str) -> str:
    """Charge 500.000 đ to a card at the peer, with the official library."""
    http = stripe.RequestsClient(timeout=5)
    client = stripe.StripeClient(
        KEY, stripe_version=API_VERSION, base_addresses={"api": address}, http_client=http
    )
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    method = client.v1.payment_methods.create({"type": "card", "card": card})  # type: ignore[arg-type]
    customer = client.v1.customers.create()
    client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    made = client.v1.payment_intents.create(
        {
            "amount": 500_000,
            "currency": "vnd",
            "customer": customer.id,
            "payment_method": method.id,
            "confirm": True,
            "metadata": {"payment_id": payment_id},
        }
    )
    http.close()  # type: ignore[no-untyped-call]
    assert made.status == "succeeded"
    return made.id
