"""What the double knows: every object by its id, and every event, oldest first."""

import copy
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from tests.doubles.stripe.contract import VERSION, hold_event
from tests.doubles.stripe.shapes import Thing

LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PREFIXES: Final = {
    "balance_transaction": "txn",
    "charge": "ch",
    "checkout.session": "cs_test",
    "dispute": "dp",
    "event": "evt",
    "invoice": "in",
    "invoice_payment": "inpay",
    "payment_intent": "pi",
    "payout": "po",
    "refund": "re",
    "subscription": "sub",
}
# Đồng for one of the smallest unit of a currency.
DONG: Final = {
    "vnd": Fraction(1),
    "usd": Fraction(26_300, 100),
    "eur": Fraction(30_450, 100),
    "jpy": Fraction(171, 1),
}
FEE_SHARE: Final = Fraction(34, 1000)
FEE_BESIDE: Final = {"vnd": 8_000, "usd": 30, "eur": 25, "jpy": 50}


class Refused(Exception):
    """What Stripe answers with an error object."""

    def __init__(self, message: str, *, kind: str = "invalid_request_error", **more: Any) -> None:
        super().__init__(message)
        self.status = int(more.pop("status", 400))
        self.error = {"type": kind, "message": message, **more}


@dataclass
class World:
    """One Stripe account. `settles_in` None: every currency is kept as it came."""

    seed: int = 0
    livemode: bool = False
    settles_in: str | None = "vnd"
    things: dict[str, Thing] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    base: str = ""
    asked: dict[str, Thing] = field(default_factory=dict)
    paid_out: dict[str, str] = field(default_factory=dict)
    ahead: float = 0.0
    listeners: list[Callable[[Thing], object]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Seed what makes the ids."""
        self.dice = random.Random(self.seed or None)

    def now(self) -> int:
        """The double's clock, which may run ahead."""
        return int(time.time() + self.ahead)

    def new_id(self, prefix: str) -> str:
        """An id that looks like Stripe's."""
        return f"{prefix}_{''.join(self.dice.choices(LETTERS, k=24))}"

    def keep(self, thing: Thing, *, url: str | None = None) -> Thing:
        """Give a new object its id and time, and keep it."""
        thing["id"] = self.new_id(PREFIXES[thing["object"]])
        thing["created"] = self.now()
        if thing["object"] not in {"refund", "balance_transaction"}:
            thing["livemode"] = self.livemode
        if url is not None:
            thing["url"] = url + thing["id"]
        self.things[thing["id"]] = thing
        return thing

    def get(self, thing_id: str) -> Thing:
        """An object by its id.

        Raises:
            Refused: there is none.
        """
        if thing_id not in self.things:
            raise Refused(f"No such object: '{thing_id}'", code="resource_missing", status=404)
        return self.things[thing_id]

    def tell(self, kind: str, thing: Thing) -> Thing:
        """Note an event about an object as it is now, and hand it to whoever listens."""
        event = {
            "object": "event",
            "api_version": VERSION,
            "created": self.now(),
            "data": {"object": copy.deepcopy(thing)},
            "id": self.new_id(PREFIXES["event"]),
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        hold_event(event)
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        return event

    def listed(self, kind: str, **wanted: Any) -> list[Thing]:
        """Objects of a kind whose fields are these, newest first."""
        found = [
            thing
            for thing in self.things.values()
            if thing["object"] == kind and all(thing.get(k) == v for k, v in wanted.items())
        ]
        return found[::-1]

    def settled(self, amount: int, currency: str) -> tuple[int, str]:
        """An amount in the currency that the account keeps it in."""
        kept = self.settles_in or currency
        return round(amount * DONG[currency] / DONG[kept]), kept

    def expanded(self, thing: Thing, paths: Sequence[str]) -> Thing:
        """A copy in which the ids at these paths are the objects themselves."""
        whole = copy.deepcopy(thing)
        for path in paths:
            self._expand(whole, path.split("."))
        return whole

    def _expand(self, place: Any, steps: Sequence[str]) -> None:
        if isinstance(place, list):
            for each in place:
                self._expand(each, steps)
        elif steps and isinstance(place, dict) and place.get(steps[0]) is not None:
            held = place[steps[0]]
            if isinstance(held, str):
                place[steps[0]] = copy.deepcopy(self.get(held))
            self._expand(place[steps[0]], steps[1:])
