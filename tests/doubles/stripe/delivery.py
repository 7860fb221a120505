"""Webhooks: signed by the official library's own scheme, delivered as well or as badly as asked."""

import json
import random
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from stripe import WebhookSignature

from tests.doubles.stripe.shapes import Thing

Post: TypeAlias = Callable[[bytes, str], int]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to the webhook: a body and its signature."""

    body: bytes
    signature: str
    event_id: str
    is_forged: bool = False


@dataclass(frozen=True, slots=True)
class Knobs:
    """How badly: shares of events dropped and forged, deliveries of each, order."""

    dropped: float = 0.0
    forged: float = 0.0
    at_most: int = 1
    is_shuffled: bool = False


def signed(event: Thing, secret: str, *, at: int | None = None) -> Delivery:
    """An event as Stripe sends it."""
    text = json.dumps(event, indent=2)
    # Stripe's library ships no type for the moment of signing.
    header: Any = WebhookSignature.generate_signature_header
    return Delivery(text.encode(), header(text, secret, at), event["id"])


def planned(
    events: Sequence[Thing], secret: str, knobs: Knobs, dice: random.Random
) -> list[Delivery]:
    """What reaches us of these events: each 0 to `at_most` times, with forgeries among them."""
    sent: list[Delivery] = []
    for event in events:
        if dice.random() >= knobs.dropped:
            sent += [signed(event, secret)] * dice.randint(1, knobs.at_most)
        if dice.random() < knobs.forged:
            sent.append(forged(event, secret, dice))
    if knobs.is_shuffled:
        dice.shuffle(sent)
    return sent


def forged(event: Thing, secret: str, dice: random.Random) -> Delivery:
    """An event that Stripe never sent, signed in one of the ways that must not count."""
    lie = json.loads(json.dumps(event)) | {"id": f"evt_forged{dice.getrandbits(64):x}"}
    if "amount" in lie["data"]["object"]:
        lie["data"]["object"]["amount"] *= 100
    true = signed(lie, secret)
    way = dice.randrange(6)
    old, new = signed(lie, secret, at=1), signed(lie, secret, at=4_000_000_000)
    header = (
        signed(lie, "whsec_of_somebody_else").signature,
        "",
        true.signature.replace("v1=", "v0="),
        old.signature,
        new.signature,
        signed(event, secret).signature,
    )[way]
    return Delivery(true.body, header, lie["id"], is_forged=True)


def post_to(address: str) -> Post:
    """A postman for a real address; the answer is a status, 0 when nobody was there."""

    def post(body: bytes, signature: str) -> int:
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        # The address is given to the double by who starts it, on this machine.
        request = urllib.request.Request(address, body, headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    return post
