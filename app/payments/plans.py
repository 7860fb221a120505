"""Monthly giving. The provider charges; we keep what it says, and make a paid month a payment."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

import structlog
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app import audit
from app.db import outbox
from app.kernel.clock import local
from app.kernel.errors import Conflict, NotFound, marked
from app.payments import references
from app.payments.commands import PreparePayment, Price
from app.payments.currencies import refuse_unfit
from app.payments.gateway import Handle, PlanPicture, Started
from app.payments.rules import next_due
from app.payments.service import add_payment
from app.payments.states import PlanState

log = structlog.get_logger()

NONE_SUCH: Final = marked("Không tìm thấy đăng ký ủng hộ hằng tháng này.")
OTHER_PLAN: Final = marked("Lượt thanh toán này đã được gửi với nội dung khác. Hãy mở lại trang.")
PLANS: Final = """
    SELECT id, offer_id, fund_id, amount, cover_amount, currency, total_minor, rate, state,
           session_ref, subscription_ref, started_on, made_at
    FROM payment_plans WHERE branch_id = current_branch() AND id = :id
"""
PREPARE: Final = """
    INSERT INTO payment_plans
      (id, offer_id, fund_id, amount, cover_amount, currency, total_minor, rate)
    VALUES (:id, :offer_id, :fund_id, :amount, :cover_amount, :currency, :total_minor, :rate)
    ON CONFLICT ON CONSTRAINT payment_plans_pkey DO NOTHING
"""
MOVE: Final = """
    UPDATE payment_plans SET state = :state, changed_at = now(),
      session_ref = coalesce(session_ref, :session_ref),
      subscription_ref = coalesce(subscription_ref, :subscription_ref),
      started_on = coalesce(started_on, :started_on)
    WHERE branch_id = current_branch() AND id = :id
"""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as the provider last told it; what is paid each month, as of a payment."""

    id: UUID
    offer_id: UUID
    fund_id: UUID
    amount: int
    cover_amount: int
    currency: str
    total_minor: int
    rate: Decimal | None
    state: PlanState
    session_ref: str | None
    subscription_ref: str | None
    started_on: date | None
    made_at: datetime

    def next_on(self, today: date) -> date | None:
        """When it is paid next; None while it is not."""
        if self.state is not PlanState.ACTIVE or self.started_on is None:
            return None
        return next_due(self.started_on, today)


def prepare_plan(session: Session, provider: str, command: PreparePayment) -> PlanView:
    """Note a plan before the provider hears of it; otherwise as prepare_payment."""
    price = command.price
    refuse_unfit(price.currency, price.total_minor)
    session.execute(
        text(PREPARE),
        {
            "id": command.id,
            "offer_id": command.offer_id,
            "fund_id": command.fund_id,
            "amount": price.amount,
            "cover_amount": price.cover_amount,
            "currency": price.currency,
            "total_minor": price.total_minor,
            "rate": price.rate,
        },
    )
    references.note_plan(session, provider, command.id, [str(command.id)])
    plan = get_plan(session, command.id)
    same = (command.offer_id, price.currency, price.amount, price.total_minor)
    if same != (plan.offer_id, plan.currency, plan.amount, plan.total_minor):
        raise Conflict(OTHER_PLAN)
    return plan


def note_plan_started(session: Session, provider: str, plan_id: UUID, started: Started) -> None:
    """Note the page on which the plan can be agreed to."""
    references.note_plan(session, provider, plan_id, [started.session_ref])
    plan = get_plan(session, plan_id)
    _move(session, plan, plan.state, session_ref=started.session_ref)


def get_plan(session: Session, plan_id: UUID) -> PlanView:
    """One plan of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    return _plan(session.execute(text(PLANS), {"id": plan_id}).first())


def plan_handle(session: Session, plan_id: UUID) -> Handle:
    """By what the provider knows a plan: `intent_ref` is its subscription."""
    plan = get_plan(session, plan_id)
    return Handle(
        payment_id=plan.id, session_ref=plan.session_ref, intent_ref=plan.subscription_ref
    )


def take_over_plan(session: Session, provider: str, plan_id: UUID, picture: PlanPicture) -> None:
    """Take over what the provider knows of a plan; each month that was paid becomes a payment.

    What has ended stays so. A picture that does not fit the row changes nothing.
    """
    query = text(PLANS + " FOR NO KEY UPDATE")
    plan = _plan(session.execute(query, {"id": plan_id}).first())
    told = (picture.plan_id, picture.currency, picture.minor)
    if told != (plan.id, plan.currency, plan.total_minor):
        log.error("plan_problem", plan_id=str(plan_id))
        return
    if picture.subscription_ref:
        references.note_plan(session, provider, plan_id, [picture.subscription_ref])
    state = PlanState.ENDED if plan.state is PlanState.ENDED else picture.state
    _move(session, plan, state, picture=picture)
    if state is not plan.state:
        audit.record(session, f"payment_plans.{state.value}", plan_id)
    for intent_ref in picture.paid_intents:
        _add_month(session, provider, plan, intent_ref)


def _add_month(session: Session, provider: str, plan: PlanView, intent_ref: str) -> None:
    """A paid month is a payment of its own, known by its intent and the same at every telling."""
    payment_id = uuid5(plan.id, intent_ref)
    if references.find(session, provider, [str(payment_id)]):
        return
    price = Price(
        currency=plan.currency,
        amount=plan.amount,
        cover_amount=plan.cover_amount,
        gift_minor=plan.total_minor,
        total_minor=plan.total_minor,
        rate=plan.rate,
    )
    month = PreparePayment(id=payment_id, offer_id=plan.offer_id, fund_id=plan.fund_id, price=price)
    add_payment(session, provider, month, plan_id=plan.id)
    session.execute(
        text(
            "UPDATE payments SET intent_ref = :ref WHERE branch_id = current_branch() AND id = :id"
        ),
        {"id": payment_id, "ref": intent_ref},
    )
    references.note(session, provider, payment_id, [intent_ref])
    outbox.record(session, "payments.told", payment_id)


def _move(
    session: Session,
    plan: PlanView,
    state: PlanState,
    *,
    picture: PlanPicture | None = None,
    session_ref: str | None = None,
) -> None:
    started_at = picture.started_at if picture else None
    session.execute(
        text(MOVE),
        {
            "id": plan.id,
            "state": state.value,
            "session_ref": picture.session_ref if picture else session_ref,
            "subscription_ref": picture.subscription_ref if picture else None,
            "started_on": local(started_at).date() if started_at else None,
        },
    )


def _plan(row: Row[Any] | None) -> PlanView:
    if row is None:
        raise NotFound(NONE_SUCH)
    values = list(row)
    values[8] = PlanState(row.state)
    return PlanView(*values)
