"""The branch's card payments, and above them what needs somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.permissions import Permission
from app.payments.currencies import shown
from app.payments.overview import PaymentLine, failed_refunds, payment_lines
from app.payments.queries import get_payment, open_disputes, payments_with_problems
from app.portal.cards.blueprint import bp
from app.portal.cards.words import told_problem, told_reason, told_wait
from app.portal.paging import dated_cursor, dated_place, one_more, part
from app.web.access import requires
from app.web.transactions import reading


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something about a payment that needs somebody, what it is and what to do."""

    payment_id: UUID
    kind: str
    title: str
    told: str


@bp.get("/")
@requires(Permission.BANK_VIEW)
def index(slug: str) -> ResponseReturnValue:
    """What needs somebody, then the payments, newest first."""
    with reading() as session:
        found = payment_lines(session, after=dated_place(), at_most=one_more())
        return render_template(
            "portal/cards/index.html",
            payments=part(found, place_of_payment),
            waiting=[*disputed(session), *unfit(session), *refused(session)],
            is_on=current_app.extensions["card_payments"] is not None,
            shown=shown,
        )


def place_of_payment(line: PaymentLine) -> str:
    """Where the list goes on after a payment."""
    return dated_cursor(line.day, line.id)


def disputed(session: Session) -> Iterator[Waiting]:
    """Disputes that can still be answered, the most urgent first."""
    for dispute in open_disputes(session):
        currency = get_payment(session, dispute.payment_id).currency
        amount, why = shown(currency, dispute.minor), told_reason(dispute.reason)
        title = gettext("Khiếu nại %(amount)s: %(why)s", amount=amount, why=why)
        yield Waiting(dispute.payment_id, "void", title, told_wait(dispute.due_by))


def unfit(session: Session) -> Iterator[Waiting]:
    """Payments of which the provider told something that cannot be."""
    for payment in payments_with_problems(session):
        told = f"{told_problem(payment.problem or '')} {gettext('Hãy báo quản trị.')}"
        yield Waiting(payment.id, "wait", gettext("Lượt thanh toán không khớp"), told)


def refused(session: Session) -> Iterator[Waiting]:
    """Refunds that did not reach the card."""
    for refund in failed_refunds(session):
        currency = get_payment(session, refund.payment_id).currency
        title = gettext("Không hoàn được %(amount)s", amount=shown(currency, refund.minor))
        told = gettext("Tiền còn ở hội. Hãy hoàn lại lần nữa, hoặc hỏi người ủng hộ cách khác.")
        yield Waiting(refund.payment_id, "wait", title, told)
