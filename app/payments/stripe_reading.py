"""Stripe's objects, read into our words; nothing is asked here."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from app.payments.gateway import (
    LineKind,
    Movement,
    PlanPicture,
    ProviderEvent,
    TheirDispute,
    TheirRefund,
)
from app.payments.states import DisputeState, PaymentState, PlanState, RefundState

Thing: TypeAlias = Mapping[str, Any]

REFUND_STATES: Final = {
    "requires_action": RefundState.PENDING,
    "pending": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
DISPUTE_STATES: Final = {
    "warning_needs_response": DisputeState.OPEN,
    "needs_response": DisputeState.OPEN,
    "warning_under_review": DisputeState.ANSWERED,
    "under_review": DisputeState.ANSWERED,
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
PLAN_STATES: Final = {
    "active": PlanState.ACTIVE,
    "trialing": PlanState.ACTIVE,
    "paused": PlanState.PAUSED,
    "incomplete": PlanState.FAILING,
    "past_due": PlanState.FAILING,
    "unpaid": PlanState.FAILING,
    "canceled": PlanState.ENDED,
    "incomplete_expired": PlanState.ENDED,
}


def state_of_intent(status: str) -> PaymentState:
    """What a PaymentIntent's status is to us."""
    if status == "succeeded":
        return PaymentState.SUCCEEDED
    return PaymentState.ABANDONED if status == "canceled" else PaymentState.OPEN


def plan_without_subscription(session: Thing) -> PlanPicture:
    """A plan that nobody has agreed to yet, or any more."""
    is_over = session["status"] == "expired"
    return PlanPicture(
        plan_id=uuid_of(session["client_reference_id"]),
        session_ref=session["id"],
        subscription_ref=None,
        state=PlanState.ENDED if is_over else PlanState.PREPARED,
        currency=session["currency"].upper(),
        minor=session["amount_total"],
        started_at=None,
    )


def charged(charge: Thing) -> Iterator[Movement]:
    """How a charge moved the balance; not yet known for one just made."""
    moved = charge.get("balance_transaction")
    if moved:
        yield movement(moved, LineKind.CHARGE, charge["amount"])


def given_back(refund: Thing) -> Iterator[Movement]:
    """How a refund moved the balance, and how it came back when the card's bank refused it."""
    if moved := refund.get("balance_transaction"):
        yield movement(moved, LineKind.REFUND, -refund["amount"])
    if back := refund.get("failure_balance_transaction"):
        yield movement(back, LineKind.REFUND_RETURN, refund["amount"])


def disputed(dispute: Thing) -> Iterator[Movement]:
    """How a dispute moved the balance, there and back."""
    for moved in dispute["balance_transactions"]:
        if moved["amount"] < 0:
            yield movement(moved, LineKind.DISPUTE, -dispute["amount"])
        else:
            # A fee alone moves no money of the payer's.
            minor = dispute["amount"] if moved["amount"] else 0
            yield movement(moved, LineKind.DISPUTE_RETURN, minor)


def movement(moved: Thing, kind: LineKind, minor: int) -> Movement:
    """A balance transaction."""
    return Movement(
        ref=moved["id"],
        kind=kind,
        minor=minor,
        currency=moved["currency"].upper(),
        gross=moved["amount"],
        fee=moved["fee"],
        moved_at=instant(moved["created"]),
    )


def refund_of(told: Thing) -> TheirRefund:
    """A refund."""
    return TheirRefund(
        ref=told["id"],
        refund_id=uuid_of((told["metadata"] or {}).get("refund_id")),
        minor=told["amount"],
        state=REFUND_STATES[told["status"]],
    )


def dispute_of(told: Thing) -> TheirDispute:
    """A dispute."""
    due_by = told["evidence_details"]["due_by"]
    return TheirDispute(
        ref=told["id"],
        minor=told["amount"],
        state=DISPUTE_STATES[told["status"]],
        reason=told["reason"],
        due_by=instant(due_by) if due_by else None,
        opened_at=instant(told["created"]),
    )


def event_of(told: Thing, body: bytes) -> ProviderEvent:
    """An event; raises KeyError or TypeError when it is none."""
    held = told["data"]["object"]
    return ProviderEvent(
        id=told["id"],
        kind=told["type"],
        object_id=held.get("id") or "",
        references=list(dict.fromkeys(references(held))),
        happened_at=instant(told["created"]),
        body=body,
    )


def references(held: Thing) -> Iterator[str]:
    """Ids in an object that may be in our directory: its own, and those of what it hangs on."""
    parent = (held.get("parent") or {}).get("subscription_details") or {}
    metadata = held.get("metadata") or {}
    found = (
        held.get("id"),
        held.get("client_reference_id"),
        held.get("payment_intent"),
        held.get("charge"),
        held.get("subscription"),
        parent.get("subscription"),
        metadata.get("payment_id"),
        metadata.get("plan_id"),
    )
    for each in found:
        ref = each.get("id") if isinstance(each, dict) else each
        if isinstance(ref, str) and ref:
            yield ref


def uuid_of(text: object) -> UUID | None:
    """The id that a text is, or None."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def instant(stamp: int) -> datetime:
    """A moment that Stripe counts in seconds."""
    return datetime.fromtimestamp(stamp, UTC)
