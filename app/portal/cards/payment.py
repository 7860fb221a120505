"""One card payment: its facts, what moved, what went back, and the way to give it back."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.permissions import Permission
from app.accounts.queries import names_of
from app.giving.queries import get_offer
from app.payments.currencies import shown
from app.payments.overview import movements_of
from app.payments.queries import (
    PaymentView,
    disputes_of,
    get_payment,
    left_to_refund,
    refunds_of,
)
from app.payments.returns import request_refund
from app.payments.states import PaymentState
from app.portal.branch import may
from app.portal.cards import words
from app.portal.cards.blueprint import bp
from app.portal.cards.forms import RefundForm
from app.receipts.queries import receipt_of_donation
from app.web.access import requires
from app.web.transactions import reading, unit_of_work


@bp.get("/<uuid:payment_id>")
@requires(Permission.BANK_VIEW)
def show(slug: str, payment_id: UUID) -> ResponseReturnValue:
    """One payment, and for the chair the form that gives it back."""
    with reading() as session:
        return page_of(session, get_payment(session, payment_id), None), 200


@bp.post("/<uuid:payment_id>/hoan")
@requires(Permission.PAYMENTS_REFUND)
def refund(slug: str, payment_id: UUID) -> ResponseReturnValue:
    """Note that money is to go back; the worker sends it, once, however often this is sent."""
    form = RefundForm()
    with reading() as session:
        payment = get_payment(session, payment_id)
    if form.validate_on_submit():
        with form.reporting_errors(), unit_of_work() as session:
            request_refund(session, form.command(payment))
            flash(gettext("Đã ghi yêu cầu hoàn tiền. Cổng thanh toán sẽ chuyển về thẻ."), "good")
            return redirect(url_for(".show", slug=slug, payment_id=payment_id), 303)
    with reading() as session:
        return page_of(session, get_payment(session, payment_id), form), form.status


def page_of(session: Session, payment: PaymentView, sent: RefundForm | None) -> str:
    """The page of a payment with the form that was sent wrong, or a fresh one."""
    left = left_to_refund(session, payment)
    can_refund = payment.state is PaymentState.SUCCEEDED and left > 0
    is_asked = can_refund and may(Permission.PAYMENTS_REFUND)
    gift_id, refunds = payment.donation_id, refunds_of(session, payment.id)
    return render_template(
        "portal/cards/show.html",
        payment=payment,
        offer=get_offer(session, payment.offer_id),
        receipt=receipt_of_donation(session, gift_id) if gift_id else None,
        movements=movements_of(session, payment.id),
        refunds=refunds,
        names=names_of(session, {each.requested_by for each in refunds}),
        disputes=disputes_of(session, payment.id),
        left=left,
        can_refund=can_refund,
        form=sent or (RefundForm.for_payment(payment, left) if is_asked else None),
        is_on=current_app.extensions["card_payments"] is not None,
        shown=shown,
        words=words,
    )
