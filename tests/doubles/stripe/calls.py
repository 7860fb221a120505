"""What the double answers to each call of Stripe's API."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from tests.doubles.stripe import cards, plans
from tests.doubles.stripe.shapes import Thing
from tests.doubles.stripe.world import World

Answering: TypeAlias = Callable[[World, Thing, dict[str, str]], Thing]
PAGE: Final = 10


def listing(kind: str, path: str) -> Answering:
    """A call that lists objects of a kind."""

    def answer(world: World, asked: Thing, _ids: dict[str, str]) -> Thing:
        wanted = {k: v for k, v in asked.items() if k not in _NOT_FIELDS}
        found = [t for t in _pool(world, kind, wanted) if _made_within(t, asked.get("created"))]
        return _page(world, found, asked, path)

    return answer


def one(_kind: str) -> Answering:
    """A call that gets one object."""

    def answer(world: World, asked: Thing, ids: dict[str, str]) -> Thing:
        (thing_id,) = ids.values()
        return world.expanded(world.get(thing_id), asked.get("expand", []))

    return answer


def _pool(world: World, kind: str, wanted: Thing) -> list[Thing]:
    if kind == "event":
        return world.events[::-1]
    if kind == "balance_transaction" and "payout" in wanted:
        of = wanted["payout"]
        return [t for t in world.listed(kind) if world.paid_out.get(t["id"]) == of]
    if kind == "invoice" and "subscription" in wanted:
        of = wanted["subscription"]
        return [
            t
            for t in world.listed(kind)
            if t["parent"]["subscription_details"]["subscription"] == of
        ]
    return world.listed(kind, **wanted)


_NOT_FIELDS: Final = {"limit", "starting_after", "ending_before", "expand", "created", "types"}


def _made_within(thing: Thing, created: Any) -> bool:
    if not isinstance(created, dict):
        return created is None or thing["created"] == created
    made = int(thing["created"])
    return bool(created.get("gte", made) <= made <= created.get("lte", made))


def _page(world: World, found: list[Thing], asked: Thing, path: str) -> Thing:
    ids = [thing["id"] for thing in found]
    first = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
    last = first + asked.get("limit", PAGE)
    inner = [path.removeprefix("data.") for path in asked.get("expand", [])]
    return {
        "object": "list",
        "data": [world.expanded(thing, inner) for thing in found[first:last]],
        "has_more": last < len(found),
        "url": path,
    }


def _open(world: World, asked: Thing, _ids: dict[str, str]) -> Thing:
    return cards.open_session(world, asked, base=world.base)


ANSWERS: Final[dict[str, Answering]] = {
    "GET /v1/balance_transactions": listing("balance_transaction", "/v1/balance_transactions"),
    "GET /v1/balance_transactions/{id}": one("balance_transaction"),
    "GET /v1/charges/{charge}": one("charge"),
    "GET /v1/checkout/sessions": listing("checkout.session", "/v1/checkout/sessions"),
    "POST /v1/checkout/sessions": _open,
    "GET /v1/checkout/sessions/{session}": one("checkout.session"),
    "POST /v1/checkout/sessions/{session}/expire": lambda w, _, ids: cards.expire(
        w, ids["session"]
    ),
    "GET /v1/disputes": listing("dispute", "/v1/disputes"),
    "GET /v1/disputes/{dispute}": one("dispute"),
    "GET /v1/events": listing("event", "/v1/events"),
    "GET /v1/invoice_payments": listing("invoice_payment", "/v1/invoice_payments"),
    "GET /v1/invoices": listing("invoice", "/v1/invoices"),
    "GET /v1/invoices/{invoice}": one("invoice"),
    "GET /v1/payment_intents/{intent}": one("payment_intent"),
    "GET /v1/payouts": listing("payout", "/v1/payouts"),
    "GET /v1/payouts/{payout}": one("payout"),
    "GET /v1/refunds": listing("refund", "/v1/refunds"),
    "POST /v1/refunds": lambda w, asked, _: cards.refund(w, asked),
    "GET /v1/refunds/{refund}": one("refund"),
    "DELETE /v1/subscriptions/{subscription_exposed_id}": lambda w, _, ids: plans.end(
        w, ids["subscription_exposed_id"]
    ),
    "GET /v1/subscriptions/{subscription_exposed_id}": one("subscription"),
    "POST /v1/subscriptions/{subscription_exposed_id}": lambda w, asked, ids: plans.change(
        w, ids["subscription_exposed_id"], asked
    ),
}
