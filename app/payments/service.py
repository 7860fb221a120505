"""Verbs of payments: note one before it is made, and take over what the provider knows of it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.db import outbox
from app.kernel.errors import Conflict, marked
from app.kernel.ids import uuid7
from app.kernel.transitions import Step
from app.payments import references
from app.payments.book import post_waiting
from app.payments.commands import PreparePayment
from app.payments.currencies import refuse_unfit
from app.payments.gateway import Movement, Picture, Started, TheirDispute, TheirRefund
from app.payments.queries import PaymentView, get_payment, locked_payment
from app.payments.states import DISPUTE, PAYMENT, REFUND, DisputeState, PaymentState, RefundState

log = structlog.get_logger()

OTHER_PAYMENT: Final = marked(
    "Lượt thanh toán này đã được gửi với nội dung khác. Hãy mở lại trang."
)
BY_PROVIDER: Final = marked("Hoàn tiền ngoài hệ thống, tại cổng thanh toán")
PREPARE: Final = """
    INSERT INTO payments
      (id, offer_id, plan_id, fund_id, amount, cover_amount, currency, total_minor, rate)
    VALUES (:id, :offer_id, :plan_id, :fund_id, :amount, :cover_amount, :currency, :total_minor,
            :rate)
    ON CONFLICT ON CONSTRAINT payments_pkey DO NOTHING
"""
MOVE: Final = """
    UPDATE payments SET state = :state, session_ref = coalesce(session_ref, :session_ref),
      intent_ref = coalesce(intent_ref, :intent_ref),
      succeeded_at = coalesce(succeeded_at, :succeeded_at)
    WHERE branch_id = current_branch() AND id = :id
"""
KEEP_LINE: Final = """
    INSERT INTO clearing_lines (id, payment_id, provider_ref, kind, minor, settled_currency,
                                settled_gross, settled_fee, moved_at)
    VALUES (:id, :payment_id, :ref, :kind, :minor, :currency, :gross, :fee, :moved_at)
    ON CONFLICT DO NOTHING
"""
KNOWN_REFUND: Final = """
    SELECT id, state, minor FROM refunds WHERE branch_id = current_branch()
    AND payment_id = :payment AND (provider_ref = :ref OR id = :id AND provider_ref IS NULL)
"""
KEEP_REFUND: Final = """
    INSERT INTO refunds (id, payment_id, minor, reason, state, provider_ref)
    VALUES (:id, :payment, :minor, :reason, :state, :ref)
"""
KEEP_DISPUTE: Final = """
    INSERT INTO disputes (id, payment_id, minor, reason, state, provider_ref, due_by, opened_at)
    VALUES (:id, :payment, :minor, :reason, :state, :ref, :due_by, :opened_at)
    ON CONFLICT DO NOTHING RETURNING id
"""


def prepare_payment(session: Session, provider: str, command: PreparePayment) -> PaymentView:
    """Note a payment, and whose it is, before the provider hears of it.

    Promises that the same id makes one payment, however often it is sent.
    Raises:
        Invalid: the provider would not take the amount. Conflict: the id stands for another one.
    """
    price = command.price
    refuse_unfit(price.currency, price.total_minor)
    add_payment(session, provider, command, plan_id=None)
    payment = get_payment(session, command.id)
    same = (command.offer_id, price.currency, price.amount, price.cover_amount, price.total_minor)
    if same != (
        payment.offer_id,
        payment.currency,
        payment.amount,
        payment.cover_amount,
        payment.total_minor,
    ):
        raise Conflict(OTHER_PAYMENT)
    return payment


def add_payment(
    session: Session, provider: str, command: PreparePayment, *, plan_id: UUID | None
) -> None:
    """Note a payment, for an offer or as a month of a plan; noted before, it stays as it is."""
    price = command.price
    session.execute(
        text(PREPARE),
        {
            "id": command.id,
            "offer_id": command.offer_id,
            "plan_id": plan_id,
            "fund_id": command.fund_id,
            "amount": price.amount,
            "cover_amount": price.cover_amount,
            "currency": price.currency,
            "total_minor": price.total_minor,
            "rate": price.rate,
        },
    )
    references.note(session, provider, command.id, [str(command.id)])


def note_started(session: Session, provider: str, payment_id: UUID, started: Started) -> None:
    """Note the page on which the payment can be made."""
    payment = locked_payment(session, payment_id)
    references.note(session, provider, payment_id, [started.session_ref])
    told = PaymentState.OPEN
    is_ahead = PAYMENT.step(payment.state, told) is Step.FORWARD
    _move(session, payment, told if is_ahead else payment.state, session_ref=started.session_ref)


def take_over(session: Session, provider: str, payment_id: UUID, picture: Picture) -> None:
    """Take over what the provider knows of a payment, forward only.

    Promises that pictures in any order, doubled or late, end the same. One that does not fit the
    row (amount, currency, whose it is) changes nothing but the note that a person must look.
    """
    payment = locked_payment(session, payment_id)
    if problem := mismatch(payment, picture):
        note_problem(session, payment_id, problem)
        return
    references.note(
        session,
        provider,
        payment_id,
        [*picture.references, *(moved.ref for moved in picture.movements)],
    )
    is_ahead = PAYMENT.step(payment.state, picture.state) is Step.FORWARD
    _move(session, payment, picture.state if is_ahead else payment.state, picture=picture)
    if is_ahead and picture.state is PaymentState.SUCCEEDED:
        audit.record(session, "payments.succeeded", payment_id)
        outbox.record(session, "payments.succeeded", payment_id)
    has_returned = _take_returns(session, payment_id, picture)
    _keep_lines(session, payment_id, picture.movements)
    has_moved = post_waiting(session, payment_id)
    if has_returned or has_moved:
        outbox.record(session, "payments.returned", payment_id)


def give_up(session: Session, payment_id: UUID) -> None:
    """Expect this payment no more: the provider never heard of it. Should it be paid, it counts."""
    payment = locked_payment(session, payment_id)
    if PAYMENT.step(payment.state, PaymentState.ABANDONED) is Step.FORWARD:
        _move(session, payment, PaymentState.ABANDONED)


def mismatch(payment: PaymentView, picture: Picture) -> str | None:
    """What in a picture cannot be of this payment, or None."""
    is_ours = picture.payment_id == payment.id or (
        picture.payment_id is None and payment.plan_id is not None
    )
    if not is_ours:
        return "reference"
    if picture.currency != payment.currency:
        return "currency"
    if picture.minor != payment.total_minor:
        return "amount"
    known = payment.intent_ref
    return "intent" if known and picture.intent_ref and known != picture.intent_ref else None


def note_problem(session: Session, payment_id: UUID, problem: str) -> None:
    """Note, in a word, why a person must look at a payment."""
    log.error("payment_problem", payment_id=str(payment_id), problem=problem)
    session.execute(
        text(
            "UPDATE payments SET problem = :problem WHERE branch_id = current_branch() AND id = :id"
        ),
        {"id": payment_id, "problem": problem},
    )


def _move(
    session: Session,
    payment: PaymentView,
    state: PaymentState,
    *,
    picture: Picture | None = None,
    session_ref: str | None = None,
) -> None:
    session.execute(
        text(MOVE),
        {
            "id": payment.id,
            "state": state.value,
            "session_ref": picture.session_ref if picture else session_ref,
            "intent_ref": picture.intent_ref if picture else None,
            "succeeded_at": picture.paid_at if picture else None,
        },
    )


def _keep_lines(session: Session, payment_id: UUID, movements: Sequence[Movement]) -> None:
    for moved in movements:
        session.execute(
            text(KEEP_LINE),
            {
                "id": uuid7(),
                "payment_id": payment_id,
                "ref": moved.ref,
                "kind": moved.kind.value,
                "minor": moved.minor,
                "currency": moved.currency,
                "gross": moved.gross,
                "fee": moved.fee,
                "moved_at": moved.moved_at,
            },
        )


def _take_returns(session: Session, payment_id: UUID, picture: Picture) -> bool:
    """Refunds and disputes as the provider knows them; True when one of them went on."""
    went_on = [_take_refund(session, payment_id, each) for each in picture.refunds]
    went_on += [_take_dispute(session, payment_id, each) for each in picture.disputes]
    return any(went_on)


def _take_refund(session: Session, payment_id: UUID, told: TheirRefund) -> bool:
    asked = {"payment": payment_id, "ref": told.ref, "id": told.refund_id}
    known = session.execute(text(KNOWN_REFUND), asked).first()
    if known is None:
        kept = {"id": uuid7(), "minor": told.minor, "reason": BY_PROVIDER}
        session.execute(text(KEEP_REFUND), {**asked, **kept, "state": told.state.value})
        return True
    is_ahead = REFUND.step(RefundState(known.state), told.state) is Step.FORWARD
    state = told.state.value if is_ahead else known.state
    session.execute(
        text(
            "UPDATE refunds SET state = :state, provider_ref = :ref"
            " WHERE branch_id = current_branch() AND id = :id"
        ),
        {"id": known.id, "state": state, "ref": told.ref},
    )
    return is_ahead


def _take_dispute(session: Session, payment_id: UUID, told: TheirDispute) -> bool:
    kept = session.execute(
        text(KEEP_DISPUTE),
        {
            "id": uuid7(),
            "payment": payment_id,
            "minor": told.minor,
            "reason": told.reason,
            "state": told.state.value,
            "ref": told.ref,
            "due_by": told.due_by,
            "opened_at": told.opened_at,
        },
    ).first()
    if kept is not None:
        log.warning("payment_disputed", payment_id=str(payment_id), due_by=str(told.due_by))
        return True
    known = session.execute(
        text(
            "SELECT id, state FROM disputes"
            " WHERE branch_id = current_branch() AND provider_ref = :r"
        ),
        {"r": told.ref},
    ).one()
    step = DISPUTE.step(DisputeState(known.state), told.state)
    if step is Step.IMPOSSIBLE:
        note_problem(session, payment_id, "dispute")
    if step is Step.FORWARD:
        session.execute(
            text(
                "UPDATE disputes SET state = :state, due_by = :due_by"
                " WHERE branch_id = current_branch() AND id = :id"
            ),
            {"id": known.id, "state": told.state.value, "due_by": told.due_by},
        )
    return step is Step.FORWARD
