"""What is asked of whoever takes cards, for an offer; and how far that has come."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.giving.queries import OfferView
from app.payments.commands import Price
from app.payments.gateway import OrderLine, PaymentOrder
from app.payments.plans import PlanView, get_plan
from app.payments.queries import payments_of_offer
from app.payments.states import PaymentState, PlanState

# A form is good for two hours, and the provider wants a page to be open for half an hour at least.
OPEN_FOR: Final = timedelta(hours=4)


class CardState(StrEnum):
    """How far an offer has come by card, while no gift of it is in the book."""

    NOT_BEGUN = "not_begun"
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CardStanding:
    """An offer's payments by card, taken together; `plan`: it is given every month."""

    state: CardState
    plan: PlanView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the payer reads on the provider's page, in the language of the offer."""

    gift: str
    fee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysBack:
    """Where the provider leads who has paid, and who has not. An address proves nothing."""

    done: str
    unpaid: str


def order_of(
    offer: OfferView, order_id: UUID, price: Price, *, words: Words, ways: WaysBack
) -> PaymentOrder:
    """The order of a payment or plan of an offer: of the same id always the same.

    It is made of what never changes, for a key of the provider's stands for one request only. The
    id tells when its form was opened (UUIDv7).
    """
    opened_at = datetime.fromtimestamp((order_id.int >> 80) / 1000, UTC)
    fee = price.total_minor - price.gift_minor
    return PaymentOrder(
        id=order_id,
        currency=price.currency,
        lines=[
            OrderLine(name=words.gift, minor=price.gift_minor),
            *([OrderLine(name=words.fee, minor=fee)] if fee else []),
        ],
        email=offer.email,
        locale=offer.locale,
        done_url=ways.done,
        back_url=ways.unpaid,
        expires_at=opened_at + OPEN_FOR,
    )


def card_standing(session: Session, offer_id: UUID) -> CardStanding:
    """How far an offer has come by card."""
    states = {payment.state for payment in payments_of_offer(session, offer_id)}
    plan = plan_of_offer(session, offer_id)
    if PaymentState.SUCCEEDED in states or (plan and plan.state is PlanState.ACTIVE):
        return CardStanding(CardState.PAID, plan)
    is_waiting = bool(states & {PaymentState.PREPARED, PaymentState.OPEN})
    if is_waiting or (plan and plan.state is not PlanState.ENDED):
        return CardStanding(CardState.WAITING, plan)
    return CardStanding(CardState.FAILED if states or plan else CardState.NOT_BEGUN, plan)


def plan_of_offer(session: Session, offer_id: UUID) -> PlanView | None:
    """The plan that was begun for an offer; there is one at most."""
    found: UUID | None = session.execute(
        text(
            "SELECT id FROM payment_plans WHERE branch_id = current_branch() AND offer_id = :offer"
        ),
        {"offer": offer_id},
    ).scalar()
    return get_plan(session, found) if found else None
