"""What happens to card money: sessions, payments, refunds, disputes, payouts."""

from typing import Any, Final

from tests.doubles.stripe import shapes
from tests.doubles.stripe.shapes import Thing
from tests.doubles.stripe.world import DONG, FEE_BESIDE, FEE_SHARE, Refused, World

A_DAY: Final = 86_400
LARGEST: Final = 99_999_999
SMALLEST_DONG: Final = 13_000
DISPUTE_FEE_DONG: Final = 390_000


def open_session(world: World, asked: Thing, *, base: str) -> Thing:
    """A page on which somebody may pay."""
    items = [(each["price_data"], each.get("quantity", 1)) for each in asked["line_items"]]
    total = sum(price["unit_amount"] * quantity for price, quantity in items)
    (currency,) = {price["currency"] for price, _ in items}
    _hold_limits(total, currency)
    session = shapes.session(asked, total=total, currency=currency)
    session["expires_at"] = asked.get("expires_at") or world.now() + A_DAY
    world.keep(session, url=f"{base}/pay/")
    # What becomes of the session is asked of these when it is paid; Stripe shows neither.
    world.asked[session["id"]] = asked
    return session


def pay(world: World, session_id: str) -> Thing:
    """The payer's card is charged; returns the PaymentIntent.

    Raises:
        Refused: the session is no longer open.
    """
    session = _open_session(world, session_id)
    if session["mode"] == "subscription":
        # Plans know cards, and cards need no plan: the one who pays decides.
        message = "a subscription is started by plans.start"
        raise AssertionError(message)
    told = world.asked[session_id].get("payment_intent_data", {}).get("metadata", {})
    intent = charge_card(world, session["amount_total"], session["currency"], told)
    session.update(status="complete", payment_status="paid", payment_intent=intent["id"])
    world.tell("checkout.session.completed", session)
    return intent


def charge_card(world: World, amount: int, currency: str, metadata: Thing) -> Thing:
    """A payment that succeeds, with its charge and its movement of the balance."""
    intent = world.keep(shapes.intent(amount, currency, metadata))
    charge = world.keep(shapes.charge(intent))
    intent["latest_charge"] = charge["id"]
    kept, kept_in = world.settled(amount, currency)
    fee = round(kept * FEE_SHARE) + FEE_BESIDE[kept_in]
    moved = world.keep(shapes.movement("charge", charge["id"], kept, fee, kept_in))
    moved["available_on"] = world.now()
    charge["balance_transaction"] = moved["id"]
    world.tell("charge.succeeded", charge)
    world.tell("payment_intent.succeeded", intent)
    return intent


def decline(world: World, session_id: str) -> None:
    """The card is refused; the session stays open for another."""
    session = _open_session(world, session_id)
    intent = shapes.intent(session["amount_total"], session["currency"], session["metadata"])
    intent.update(status="requires_payment_method", amount_received=0)
    world.tell("payment_intent.payment_failed", world.keep(intent))


def expire(world: World, session_id: str) -> Thing:
    """Nobody paid in time, or we asked to close the page."""
    session = _open_session(world, session_id)
    session["status"] = "expired"
    world.tell("checkout.session.expired", session)
    return session


def refund(world: World, asked: Thing) -> Thing:
    """Money back to the card, never more than is left of the charge.

    Raises:
        Refused: more than that, or the charge is disputed.
    """
    charge = charge_of(world, asked["payment_intent"])
    left = charge["amount"] - charge["amount_refunded"]
    amount = asked.get("amount", left)
    if left == 0:
        raise Refused("Charge has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise Refused(f"Refund amount ({amount}) is greater than unrefunded amount ({left})")
    if charge["disputed"]:
        raise Refused("Charge has been charged back.", code="charge_disputed")
    made = world.keep(shapes.refund(charge, amount, asked.get("metadata", {})))
    made["balance_transaction"] = _move(world, "refund", made, -amount)["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.tell("refund.created", made)
    world.tell("charge.refunded", charge)
    return made


def fail_refund(world: World, refund_id: str) -> None:
    """The card's bank could not take the money back: it returns to the balance."""
    made = world.get(refund_id)
    charge = world.get(made["charge"])
    back = _move(world, "refund_failure", made, made["amount"])
    made.update(status="failed", failure_balance_transaction=back["id"])
    charge["amount_refunded"] -= made["amount"]
    charge["refunded"] = False
    world.tell("refund.failed", made)


def dispute(world: World, intent_id: str, amount: int | None = None) -> Thing:
    """The payer's bank takes the money back and asks why we had it."""
    charge = charge_of(world, intent_id)
    charge["disputed"] = True
    made = world.keep(shapes.dispute(charge, amount or charge["amount"], world.now() + 9 * A_DAY))
    fee, _ = world.settled(DISPUTE_FEE_DONG, "vnd")
    _argue(world, made, -made["amount"], fee)
    world.tell("charge.dispute.created", made)
    world.tell("charge.dispute.funds_withdrawn", made)
    return made


def close_dispute(world: World, dispute_id: str, *, is_won: bool) -> None:
    """The bank has decided; won, the money comes back."""
    made = world.get(dispute_id)
    made["status"] = "won" if is_won else "lost"
    if is_won:
        _argue(world, made, made["amount"], 0)
        world.tell("charge.dispute.funds_reinstated", made)
    world.tell("charge.dispute.closed", made)


def pay_out(world: World, currency: str = "vnd") -> Thing | None:
    """Send what is in the balance to the bank; None when that is nothing."""
    waiting = [
        moved
        for moved in world.listed("balance_transaction", currency=currency)
        if moved["id"] not in world.paid_out
    ]
    total = sum(moved["net"] for moved in waiting)
    if total <= 0:
        return None
    made = world.keep(shapes.payout(total, currency, world.now()))
    moved = world.keep(shapes.movement("payout", made["id"], -total, 0, currency))
    moved["available_on"] = world.now()
    made["balance_transaction"] = moved["id"]
    world.paid_out.update({each["id"]: made["id"] for each in [*waiting, moved]})
    world.tell("payout.paid", made)
    return made


def fail_payout(world: World, payout_id: str) -> None:
    """The bank gave the money back; it waits for the next payout."""
    made = world.get(payout_id)
    moved = world.keep(
        shapes.movement("payout_failure", payout_id, made["amount"], 0, made["currency"])
    )
    moved["available_on"] = world.now()
    made.update(status="failed", failure_balance_transaction=moved["id"])
    world.tell("payout.failed", made)


def charge_of(world: World, intent_id: str) -> Thing:
    """The charge of a PaymentIntent."""
    return world.get(world.get(intent_id)["latest_charge"])


def _open_session(world: World, session_id: str) -> Thing:
    session = world.get(session_id)
    if session["status"] != "open":
        raise Refused("This Session is no longer open.", code="resource_missing")
    return session


def _move(world: World, kind: str, of: Thing, amount: int, fee: int = 0) -> Thing:
    kept, kept_in = world.settled(amount, of["currency"])
    moved = world.keep(shapes.movement(kind, of["id"], kept, fee, kept_in))
    moved["available_on"] = world.now()
    return moved


def _argue(world: World, of: Thing, amount: int, fee: int) -> None:
    moved = _move(world, "adjustment", of, amount, fee)
    of["balance_transactions"].append(dict(moved))


def _hold_limits(amount: int, currency: str) -> None:
    more: dict[str, Any] = {"param": "line_items[0][price_data][unit_amount]"}
    if currency not in DONG:
        raise Refused(f"Invalid currency: {currency}.", **more)
    if amount > LARGEST:
        raise Refused("Amount must be no more than 99999999.", code="amount_too_large", **more)
    if amount * DONG[currency] < SMALLEST_DONG:
        raise Refused("Amount is too small.", code="amount_too_small", **more)
