"""Gifts that came by card: a payment that succeeded becomes the gift of its offer."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import outbox
from app.donations.commands import Method, RecordDonation, Source
from app.donations.rules import usual_source
from app.donations.service import record_donation
from app.donors.commands import ANONYMOUS_NAME, DonorKind, NewDonor
from app.giving.matching import answer_offer, is_in_drive, purpose_of
from app.giving.queries import OfferView, get_offer
from app.ledger.queries import closed_days_among
from app.payments.book import gift_recorded
from app.payments.queries import CardGift, get_payment, gift_to_make


def record_card_gifts(session: Session, fact_ids: Sequence[UUID]) -> None:
    """Make gifts of the payments that waiting facts name, and let go of the facts."""
    for payment_id in outbox.subjects(session, fact_ids):
        record_card_gift(session, payment_id)
    outbox.settle(session, fact_ids)


def record_card_gift(session: Session, payment_id: UUID) -> None:
    """Record the gift that a payment's money is, under the payment's id; again, nothing happens.

    It cites its offer, and its receipt is mailed, as when the money came by transfer.
    Raises what record_donation raises: then the money waits at the provider, and a person looks.
    """
    paid = gift_to_make(session, payment_id)
    if paid is None:
        return
    closed = closed_days_among(session, [paid.received_on])
    # A day that is closed in the book is booked on one that is not.
    day = closed.get(paid.received_on, paid.received_on)
    offer = get_offer(session, paid.offer_id)
    gift = gift_of_payment(offer, paid, day)
    answer_offer(session, record_donation(session, gift), offer)
    gift_recorded(session, payment_id, gift.id, source=gift.source.value)


def starts_of(session: Session, payment_ids: Sequence[UUID]) -> Sequence[UUID]:
    """What was begun for these payments: each itself, or the plan of which it is a month."""
    payments = [get_payment(session, payment_id) for payment_id in payment_ids]
    return [payment.plan_id or payment.id for payment in payments]


def gift_of_payment(offer: OfferView, paid: CardGift, day: date) -> RecordDonation:
    """The gift that a payment makes of an offer, booked on `day`."""
    kind = DonorKind(offer.donor_kind) if offer.donor_name else DonorKind.ANONYMOUS
    name = offer.donor_name or ANONYMOUS_NAME
    usual = usual_source(kind, name) or Source.OTHER
    return RecordDonation(
        id=paid.payment_id,
        fund_id=offer.fund_id,
        drive_id=offer.drive_id if is_in_drive(offer, paid.received_on) else None,
        donor=NewDonor(kind, name, email=offer.email),
        amount=paid.amount,
        method=Method.CARD,
        source=Source.OVERSEAS if paid.is_foreign else usual,
        received_on=day,
        is_anonymous=offer.is_anonymous,
        note=purpose_of(offer),
        covered_fee=paid.cover_amount,
    )
