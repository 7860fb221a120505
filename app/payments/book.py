"""Card money in the book: each movement of the provider's balance is one entry, once, on its day.

The gift itself is donations' entry. Until it is there nothing else of its payment is booked, so
that a fund never pays the fee of money that it has not got.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.ids import uuid7
from app.ledger.entries import NewEntry
from app.ledger.service import post_entry
from app.payments.gateway import LineKind
from app.payments.queries import PaymentView, get_payment
from app.payments.rules import Booking, fee_in_dong, postings_of

# The charge first: all else is shared out in its proportion. A day whose period is closed cannot
# be booked any more, so what moved on it is booked today.
WAITING: Final = """
    SELECT l.id, l.kind, l.minor, l.settled_currency, l.settled_fee,
           CASE WHEN EXISTS (SELECT FROM periods p WHERE p.branch_id = current_branch()
                  AND p.state = 'closed'
                  AND local_day(l.moved_at) BETWEEN p.first_day AND p.last_day)
             THEN local_day(now()) ELSE local_day(l.moved_at) END AS day
    FROM clearing_lines l WHERE l.branch_id = current_branch() AND l.payment_id = :payment
      AND l.amount IS NULL
    ORDER BY l.kind <> 'charge', l.moved_at, l.kind IN ('refund_return', 'dispute_return'), l.id
"""
CHARGED: Final = """
    SELECT settled_gross, settled_currency, settled_fee FROM clearing_lines
    WHERE branch_id = current_branch() AND payment_id = :payment AND kind = 'charge'
"""
BOOKED: Final = """
    UPDATE clearing_lines SET amount = :amount, fee = :fee, entry_id = :entry
    WHERE branch_id = current_branch() AND id = :id
"""
MAKE_EVIDENCE: Final = """
    INSERT INTO donation_currencies (donation_id, currency, minor, rate, fee_currency, fee_minor)
    VALUES (:donation, :currency, :minor, :rate, :fee_currency, :fee_minor)
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    kind: str
    minor: int
    settled_currency: str
    settled_fee: int
    day: date


@dataclass(frozen=True, slots=True)
class _Charged:
    gross: int
    currency: str
    fee: int


def gift_recorded(session: Session, payment_id: UUID, donation_id: UUID, *, source: str) -> None:
    """Note the gift that a payment became, and book what waited for it; again, it changes nothing.

    `source` is the gift's: totals take away from it what goes back.
    """
    session.execute(
        text(
            "UPDATE payments SET donation_id = :donation, source = :source"
            " WHERE branch_id = current_branch() AND id = :id AND donation_id IS NULL"
        ),
        {"id": payment_id, "donation": donation_id, "source": source},
    )
    post_waiting(session, payment_id)


def post_waiting(session: Session, payment_id: UUID) -> bool:
    """Book the payment's movements that are not booked; True when money went back or came again."""
    payment = get_payment(session, payment_id)
    charged = _charged(session, payment_id)
    if payment.donation_id is None or payment.source is None or charged is None:
        return False
    lines = [_Line(*row) for row in session.execute(text(WAITING), {"payment": payment_id})]
    if lines and lines[0].kind == LineKind.CHARGE and payment.rate is not None:
        _keep_evidence(session, payment, charged)
    taken = _book(session, payment, charged, lines)
    if taken == payment.taken_minor:
        return False
    session.execute(
        text(
            "UPDATE payments SET taken_minor = :taken"
            " WHERE branch_id = current_branch() AND id = :id"
        ),
        {"id": payment_id, "taken": taken},
    )
    return True


def _book(session: Session, payment: PaymentView, charged: _Charged, lines: Sequence[_Line]) -> int:
    """Book lines one by one; how much of the card's money has gone back after the last."""
    share, taken = payment.share, payment.taken_minor
    booking = Booking(payment.fund_id, payment.source)
    for line in lines:
        is_charge = line.kind == LineKind.CHARGE
        before, taken = taken, taken - (0 if is_charge else line.minor)
        out = share.taken(taken) - share.taken(before)
        fee = fee_in_dong(
            line.settled_fee, line.settled_currency, gross=charged.gross, total=share.total
        )
        postings = postings_of(
            booking,
            out=out,
            gift_before=share.gift_left(before),
            gift_after=share.gift_left(taken),
            fee=fee,
        )
        entry_id = uuid7() if postings else None
        if entry_id:
            post_entry(session, NewEntry(entry_id, line.day, "clearing_line", line.id, postings))
        amount = share.total if is_charge else -out
        session.execute(
            text(BOOKED), {"id": line.id, "amount": amount, "fee": fee, "entry": entry_id}
        )
    return taken


def _charged(session: Session, payment_id: UUID) -> _Charged | None:
    row = session.execute(text(CHARGED), {"payment": payment_id}).first()
    return _Charged(*row) if row else None


def _keep_evidence(session: Session, payment: PaymentView, charged: _Charged) -> None:
    session.execute(
        text(MAKE_EVIDENCE),
        {
            "donation": payment.donation_id,
            "currency": payment.currency,
            "minor": payment.total_minor,
            "rate": payment.rate,
            "fee_currency": charged.currency,
            "fee_minor": charged.fee,
        },
    )
