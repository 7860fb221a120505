"""What the branch's desk sees of its card money: the list, what moved, what could not go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.payments.queries import RefundView


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment in the list: who offered it, and the receipt of its gift once there is one.

    `asked_minor` is on its way back; `taken_minor` has gone.
    """

    id: UUID
    day: date
    made_at: datetime
    donor_name: str | None
    donation_id: UUID | None
    receipt_number: int | None
    amount: int
    currency: str
    total_minor: int
    state: str
    taken_minor: int
    asked_minor: int


@dataclass(frozen=True, slots=True)
class MovementView:
    """The provider's balance moved: as it settled, and in đồng once it is in the book.

    `arrives_on` is the day of the payout that carried it to the bank.
    """

    kind: str
    minor: int
    settled_currency: str
    settled_gross: int
    settled_fee: int
    moved_at: datetime
    amount: int | None
    fee: int | None
    arrives_on: date | None


# A page that nobody was shown is no payment yet.
LINES: Final = """
    SELECT p.id, local_day(p.made_at), p.made_at, o.donor_name, p.donation_id, r.number, p.amount,
           p.currency, p.total_minor, p.state, p.taken_minor,
           coalesce((SELECT sum(minor) FROM refunds b WHERE b.branch_id = current_branch()
             AND b.payment_id = p.id AND b.state IN ('requested', 'pending')), 0)::bigint
    FROM payments p
    JOIN offers o ON (o.branch_id, o.id) = (p.branch_id, p.offer_id)
    LEFT JOIN receipts r ON (r.branch_id, r.donation_id) = (p.branch_id, p.donation_id)
    WHERE p.branch_id = current_branch() AND p.state <> 'prepared'
"""
MOVEMENTS: Final = """
    SELECT l.kind, l.minor, l.settled_currency, l.settled_gross, l.settled_fee, l.moved_at,
           l.amount, l.fee, o.arrives_on
    FROM clearing_lines l LEFT JOIN payouts o ON (o.branch_id, o.id) = (l.branch_id, l.payout_id)
    WHERE l.branch_id = current_branch() AND l.payment_id = :id ORDER BY l.moved_at, l.id
"""
# What was asked for again since then waits for nobody.
FAILED: Final = """
    SELECT r.id, r.payment_id, r.minor, r.reason, r.state, r.made_at, r.requested_by
    FROM refunds r WHERE r.branch_id = current_branch() AND r.state = 'failed'
      AND NOT EXISTS (SELECT FROM refunds n WHERE n.branch_id = current_branch()
        AND n.payment_id = r.payment_id AND n.made_at > r.made_at)
    ORDER BY r.made_at, r.id
"""


def payment_lines(
    session: Session, *, after: tuple[date, UUID] | None, at_most: int
) -> Sequence[PaymentLine]:
    """The payments of the scope's branch, newest day first; `after` is where the list goes on."""
    place = " AND (local_day(p.made_at), p.id) < (:day, :id)" if after else ""
    asked = dict(zip(("day", "id"), after, strict=True)) if after else {}
    order = " ORDER BY local_day(p.made_at) DESC, p.id DESC LIMIT :at_most"
    rows = session.execute(text(LINES + place + order), {**asked, "at_most": at_most})
    return [PaymentLine(*row) for row in rows]


def has_payments(session: Session) -> bool:
    """Whether anybody of the scope's branch was ever shown a page to pay on."""
    query = (
        "SELECT EXISTS (SELECT FROM payments WHERE branch_id = current_branch()"
        " AND state <> 'prepared')"
    )
    return bool(session.execute(text(query)).scalar_one())


def payment_of_gift(session: Session, donation_id: UUID) -> UUID | None:
    """The payment that a gift was made of, or None."""
    query = "SELECT id FROM payments WHERE branch_id = current_branch() AND donation_id = :id"
    found: UUID | None = session.execute(text(query), {"id": donation_id}).scalar()
    return found


def movements_of(session: Session, payment_id: UUID) -> Sequence[MovementView]:
    """How the provider's balance moved for a payment, oldest first."""
    rows = session.execute(text(MOVEMENTS), {"id": payment_id})
    return [MovementView(*row) for row in rows]


def failed_refunds(session: Session) -> Sequence[RefundView]:
    """Refunds that the provider or the card's bank refused and nobody asked for again."""
    return [RefundView(*row) for row in session.execute(text(FAILED))]
