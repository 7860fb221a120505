"""Money back to a card, because the branch says so. What then happened the provider says."""

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.db import outbox
from app.kernel.errors import Conflict, InsufficientFunds, Invalid, marked
from app.payments.commands import RequestRefund
from app.payments.gateway import RefundOrder
from app.payments.queries import locked_payment
from app.payments.states import PaymentState

NOT_PAID: Final = marked("Lượt thanh toán này chưa có tiền nên không hoàn được.")
TOO_MUCH: Final = marked("Số tiền hoàn lớn hơn số còn lại của lượt thanh toán này.")
NOT_FREE: Final = marked("Quỹ không còn đủ tiền để hoàn: số còn dùng được nhỏ hơn số cần hoàn.")
OTHER_REFUND: Final = marked("Mã này đã được dùng để hoàn một khoản khác. Hãy mở lại mẫu.")
GONE: Final = """
    SELECT coalesce((SELECT sum(minor) FROM refunds WHERE branch_id = current_branch()
             AND payment_id = :payment AND state <> 'failed'), 0)
         + coalesce((SELECT sum(minor) FROM disputes WHERE branch_id = current_branch()
             AND payment_id = :payment AND state <> 'won'), 0)
"""
KNOWN: Final = """
    SELECT payment_id, minor, reason FROM refunds WHERE branch_id = current_branch() AND id = :id
"""
REQUEST: Final = """
    INSERT INTO refunds (id, payment_id, minor, reason, state)
    VALUES (:id, :payment_id, :minor, :reason, 'requested')
"""
ORDER: Final = """
    SELECT r.id, p.intent_ref, r.minor FROM refunds r
    JOIN payments p ON (p.branch_id, p.id) = (r.branch_id, r.payment_id)
    WHERE r.branch_id = current_branch() AND r.payment_id = :payment AND r.state = 'requested'
    ORDER BY r.id
"""


def request_refund(session: Session, command: RequestRefund) -> None:
    """Note that so much is to go back to the card; the worker sends it, once.

    Promises that the same id makes one refund, and that refunds and what the payer's bank holds
    are together never more than was paid.
    Raises:
        Conflict: not paid, or the id stands for another refund. Invalid: more than is left.
        InsufficientFunds: the money is no longer free.
    """
    payment = locked_payment(session, command.payment_id)
    known = session.execute(text(KNOWN), {"id": command.id}).first()
    if known is not None:
        if tuple(known) != (command.payment_id, command.minor, command.reason):
            raise Conflict(OTHER_REFUND)
        return
    if payment.state is not PaymentState.SUCCEEDED:
        raise Conflict(NOT_PAID)
    gone = session.execute(text(GONE), {"payment": payment.id}).scalar_one()
    if command.minor < 1 or command.minor > payment.total_minor - gone:
        raise Invalid("amount", TOO_MUCH)
    _hold_fund(session, payment.fund_id, payment.share.taken(command.minor))
    session.execute(
        text(REQUEST),
        {
            "id": command.id,
            "payment_id": command.payment_id,
            "minor": command.minor,
            "reason": command.reason,
        },
    )
    audit.record(session, "refunds.requested", command.payment_id)
    outbox.record(session, "refunds.requested", command.payment_id)


def refunds_to_send(session: Session, payment_id: UUID) -> list[RefundOrder]:
    """What was requested of a payment and is not known to be on its way."""
    rows = session.execute(text(ORDER), {"payment": payment_id})
    return [RefundOrder(id=row[0], intent_ref=row[1], minor=row[2]) for row in rows]


def note_refused(session: Session, refund_id: UUID) -> None:
    """The provider will not give this back: what was held for it is free again."""
    session.execute(
        text(
            "UPDATE refunds SET state = 'failed' WHERE branch_id = current_branch()"
            " AND id = :id AND state = 'requested'"
        ),
        {"id": refund_id},
    )
    audit.record(session, "refunds.refused", refund_id)


def _hold_fund(session: Session, fund_id: UUID, amount: int) -> None:
    """One at a time takes money out of a fund, so that two cannot both see the same."""
    session.execute(
        text("SELECT FROM funds WHERE branch_id = current_branch() AND id = :id FOR NO KEY UPDATE"),
        {"id": fund_id},
    )
    available = session.execute(
        text(
            "SELECT available FROM fund_standings"
            " WHERE branch_id = current_branch() AND fund_id = :id"
        ),
        {"id": fund_id},
    ).scalar_one()
    if available < amount:
        raise InsufficientFunds(NOT_FREE)
