"""Reads of payments: one, what its gift is to be made of, what went back and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked
from app.payments.gateway import Handle
from app.payments.rules import Share
from app.payments.states import PaymentState

NONE_SUCH: Final = marked("Không tìm thấy lượt thanh toán này.")


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as its row has it; `taken_minor` has gone back, `problem` needs a person."""

    id: UUID
    offer_id: UUID
    plan_id: UUID | None
    fund_id: UUID
    amount: int
    cover_amount: int
    currency: str
    total_minor: int
    rate: Decimal | None
    state: PaymentState
    session_ref: str | None
    intent_ref: str | None
    taken_minor: int
    donation_id: UUID | None
    source: str | None
    problem: str | None
    made_at: datetime
    succeeded_at: datetime | None

    @property
    def share(self) -> Share:
        """How its đồng are shared out."""
        return Share(self.amount, self.cover_amount, self.total_minor)


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money asked back, or sent back by the provider by itself; by whom it was asked."""

    id: UUID
    payment_id: UUID
    minor: int
    reason: str
    state: str
    made_at: datetime
    requested_by: UUID


@dataclass(frozen=True, slots=True)
class DisputeView:
    """What the payer's bank took; until `due_by` it can be answered at the provider."""

    id: UUID
    payment_id: UUID
    minor: int
    reason: str
    state: str
    due_by: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class CardGift:
    """What a paid payment is to become: a gift of `amount`, with what was added for the fee."""

    payment_id: UUID
    offer_id: UUID
    amount: int
    cover_amount: int
    received_on: date
    is_foreign: bool


@dataclass(frozen=True, slots=True)
class GiftStanding:
    """What is left of a gift by card, in đồng; `is_gone`: nothing is, and nothing may come back."""

    donation_id: UUID
    left: int
    is_gone: bool


PAYMENTS: Final = """
    SELECT id, offer_id, plan_id, fund_id, amount, cover_amount, currency, total_minor, rate, state,
           session_ref, intent_ref, taken_minor, donation_id, source, problem, made_at, succeeded_at
    FROM payments WHERE branch_id = current_branch()
"""
HINTS: Final = """
    SELECT e.object_id FROM payment_references r
    JOIN payment_events e ON e.provider = r.provider AND e.object_id = r.reference
    WHERE r.provider = :provider AND r.subject_id = :id
"""


def get_payment(session: Session, payment_id: UUID) -> PaymentView:
    """One payment of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    return _one(session, PAYMENTS + " AND id = :id", payment_id)


def locked_payment(session: Session, payment_id: UUID) -> PaymentView:
    """One payment, which nobody else changes until the transaction ends."""
    return _one(session, PAYMENTS + " AND id = :id FOR NO KEY UPDATE", payment_id)


def payments_of_offer(session: Session, offer_id: UUID) -> Sequence[PaymentView]:
    """The payments made for an offer, oldest first."""
    rows = session.execute(text(PAYMENTS + " AND offer_id = :id ORDER BY id"), {"id": offer_id})
    return [_payment(row) for row in rows]


def payments_with_problems(session: Session) -> Sequence[PaymentView]:
    """Payments that a person must look at, oldest first."""
    rows = session.execute(text(PAYMENTS + " AND problem IS NOT NULL ORDER BY id"))
    return [_payment(row) for row in rows]


def handle_of(session: Session, provider: str, payment_id: UUID) -> Handle:
    """By what the provider knows a payment; events may have named what its answer did not reach."""
    payment = get_payment(session, payment_id)
    hints = session.scalars(text(HINTS), {"provider": provider, "id": payment_id}).all()
    return Handle(
        payment_id=payment.id,
        session_ref=payment.session_ref,
        intent_ref=payment.intent_ref,
        hints=tuple(hints),
    )


def refunds_of(session: Session, payment_id: UUID) -> Sequence[RefundView]:
    """What went back, or is to go back, of a payment."""
    query = (
        "SELECT id, payment_id, minor, reason, state, made_at, requested_by FROM refunds"
        " WHERE branch_id = current_branch() AND payment_id = :id ORDER BY made_at, id"
    )
    return [RefundView(*row) for row in session.execute(text(query), {"id": payment_id})]


def disputes_of(session: Session, payment_id: UUID) -> Sequence[DisputeView]:
    """What the payer's bank took of a payment."""
    query = (
        "SELECT id, payment_id, minor, reason, state, due_by, opened_at FROM disputes"
        " WHERE branch_id = current_branch() AND payment_id = :id ORDER BY opened_at, id"
    )
    return [DisputeView(*row) for row in session.execute(text(query), {"id": payment_id})]


def open_disputes(session: Session) -> Sequence[DisputeView]:
    """Disputes that can still be answered, the most urgent first."""
    query = (
        "SELECT id, payment_id, minor, reason, state, due_by, opened_at FROM disputes"
        " WHERE branch_id = current_branch() AND state = 'open' ORDER BY due_by NULLS LAST, id"
    )
    return [DisputeView(*row) for row in session.execute(text(query))]


def gift_to_make(session: Session, payment_id: UUID) -> CardGift | None:
    """What a payment is to become; None when it is not paid, or its gift is in the book."""
    query = (
        "SELECT id, offer_id, amount, cover_amount, local_day(succeeded_at), rate IS NOT NULL"
        " FROM payments"
        " WHERE branch_id = current_branch() AND id = :id AND state = 'succeeded'"
        " AND donation_id IS NULL"
    )
    row = session.execute(text(query), {"id": payment_id}).first()
    return CardGift(*row) if row else None


def gift_standing(session: Session, payment_id: UUID) -> GiftStanding | None:
    """What is left of a payment's gift; None while it has none."""
    payment = get_payment(session, payment_id)
    if payment.donation_id is None:
        return None
    left = payment.share.gift_left(payment.taken_minor)
    may_return = any(
        each.state in {"open", "answered"} for each in disputes_of(session, payment_id)
    )
    return GiftStanding(payment.donation_id, left, is_gone=left == 0 and not may_return)


def left_to_refund(session: Session, payment: PaymentView) -> int:
    """How much of a payment has not gone back and is not held, in the card's smallest unit."""
    gone = sum(each.minor for each in refunds_of(session, payment.id) if each.state != "failed")
    held = sum(each.minor for each in disputes_of(session, payment.id) if each.state != "won")
    return max(payment.total_minor - gone - held, 0)


def _one(session: Session, query: str, payment_id: UUID) -> PaymentView:
    row = session.execute(text(query), {"id": payment_id}).first()
    if row is None:
        raise NotFound(NONE_SUCH)
    return _payment(row)


def _payment(row: Row[Any]) -> PaymentView:
    values = list(row)
    values[9] = PaymentState(row.state)
    return PaymentView(*values)
