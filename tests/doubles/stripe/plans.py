"""What happens to monthly giving: subscriptions and their invoices."""

from typing import Final

from tests.doubles.stripe import shapes
from tests.doubles.stripe.cards import charge_card
from tests.doubles.stripe.shapes import Thing
from tests.doubles.stripe.world import Refused, World

A_MONTH: Final = 30 * 86_400


def start(world: World, session_id: str) -> Thing:
    """The payer agrees to pay monthly, and pays the first month; returns the subscription."""
    session = world.get(session_id)
    if session["status"] != "open":
        raise Refused("This Session is no longer open.", code="resource_missing")
    told = world.asked[session_id].get("subscription_data", {}).get("metadata", {})
    item = {
        "id": world.new_id("si"),
        "price": world.new_id("price"),
        "product": world.new_id("prod"),
        "amount": session["amount_total"],
        "currency": session["currency"],
        "subscription": "",
    }
    now = world.now()
    made = shapes.subscription(item, told, world.new_id("cus"), now=now, until=now + A_MONTH)
    world.keep(made)
    made["items"]["data"][0]["subscription"] = made["id"]
    session.update(
        status="complete",
        payment_status="paid",
        subscription=made["id"],
        customer=made["customer"],
    )
    world.tell("customer.subscription.created", made)
    session["invoice"] = _bill(world, made, is_paid=True)["id"]
    world.tell("checkout.session.completed", session)
    return made


def renew(world: World, subscription_id: str, *, is_paid: bool = True) -> Thing:
    """Another month has begun; returns its invoice. A paused plan's invoice is void."""
    made = world.get(subscription_id)
    period = made["items"]["data"][0]
    period["current_period_start"] = period["current_period_end"]
    period["current_period_end"] += A_MONTH
    return _bill(world, made, is_paid=is_paid)


def change(world: World, subscription_id: str, asked: Thing) -> Thing:
    """Pause, go on, or change what is told of it."""
    made = world.get(subscription_id)
    if "pause_collection" in asked:
        paused = asked["pause_collection"] or None
        made["pause_collection"] = paused and {"behavior": paused["behavior"], "resumes_at": None}
    made["metadata"] |= asked.get("metadata", {})
    world.tell("customer.subscription.updated", made)
    return made


def end(world: World, subscription_id: str) -> Thing:
    """No further month."""
    made = world.get(subscription_id)
    if made["status"] == "canceled":
        raise Refused("This subscription is canceled.", code="resource_missing", status=404)
    made.update(status="canceled", ended_at=world.now(), canceled_at=world.now())
    world.tell("customer.subscription.deleted", made)
    return made


def _bill(world: World, of: Thing, *, is_paid: bool) -> Thing:
    amount = of["items"]["data"][0]["price"]["unit_amount"]
    made = world.keep(shapes.invoice(of, amount, now=world.now()))
    of["latest_invoice"] = made["id"]
    if of["pause_collection"]:
        made["status"] = "void"
        world.tell("invoice.voided", made)
    elif is_paid:
        _collect(world, of, made)
    else:
        made.update(attempted=True, attempt_count=1)
        of["status"] = "past_due"
        world.tell("invoice.payment_failed", made)
        world.tell("customer.subscription.updated", of)
    return made


def _collect(world: World, of: Thing, invoice: Thing) -> None:
    intent = charge_card(world, invoice["amount_due"], of["currency"], {})
    invoice.update(
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempted=True,
        attempt_count=1,
    )
    invoice["status_transitions"]["paid_at"] = world.now()
    world.keep(shapes.invoice_payment(invoice, intent["id"]))
    of["status"] = "active"
    world.tell("invoice.paid", invoice)
