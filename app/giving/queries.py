"""Reads of offers: one, and the money that has come for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer; `ends_on` is the last day of its drive, `received` what has come, in đồng."""

    id: UUID
    code: str
    fund_id: UUID
    fund_name: str
    drive_id: UUID | None
    drive_name: str | None
    drive_starts_on: date | None
    drive_ends_on: date | None
    amount: int
    way: str
    donor_kind: str
    donor_name: str | None
    is_anonymous: bool
    dedication: str | None
    dedicated_to: str | None
    email: str | None
    locale: str
    made_at: datetime
    received: int

    @property
    def is_paid(self) -> bool:
        """Whether as much has come as was offered."""
        return self.received >= self.amount


@dataclass(frozen=True, slots=True)
class OfferGift:
    """A gift that answers an offer, with its receipt; `covered_fee` was paid beside it, in đồng."""

    donation_id: UUID
    amount: int
    posted_at: datetime
    receipt_id: UUID
    series: str
    number: int
    is_reversed: bool
    covered_fee: int


OFFERS: Final = """
    SELECT o.id, o.code, o.fund_id, f.name, o.drive_id, d.name, d.starts_on, d.ends_on, o.amount,
           o.way, o.donor_kind, o.donor_name, o.is_anonymous, o.dedication, o.dedicated_to,
           o.email, o.locale, o.made_at, coalesce((
             SELECT sum(n.amount) FROM offer_gifts g
             JOIN donations n ON (n.branch_id, n.id) = (g.branch_id, g.donation_id)
             WHERE (g.branch_id, g.offer_id) = (o.branch_id, o.id)
               AND NOT EXISTS (SELECT FROM donation_reversals r
                 WHERE (r.branch_id, r.donation_id) = (n.branch_id, n.id))), 0)::bigint
    FROM offers o JOIN funds f ON (f.branch_id, f.id) = (o.branch_id, o.fund_id)
    LEFT JOIN drives d ON (d.branch_id, d.id) = (o.branch_id, o.drive_id)
    WHERE o.branch_id = current_branch()
"""
GIFTS: Final = """
    SELECT n.id, n.amount, n.posted_at, r.id, concat_ws('/', r.kind, r.fiscal_year, r.book),
           r.number, EXISTS (SELECT FROM donation_reversals v
             WHERE (v.branch_id, v.donation_id) = (n.branch_id, n.id)), coalesce(p.cover_amount, 0)
    FROM offer_gifts g JOIN donations n ON (n.branch_id, n.id) = (g.branch_id, g.donation_id)
    JOIN receipts r ON (r.branch_id, r.donation_id) = (n.branch_id, n.id)
    LEFT JOIN payments p ON (p.branch_id, p.donation_id) = (n.branch_id, n.id)
    WHERE g.branch_id = current_branch() AND g.offer_id = :id
    ORDER BY n.posted_at, n.id
"""
COVERED: Final = """
    SELECT p.donation_id, p.cover_amount FROM payments p
    JOIN donations n ON (n.branch_id, n.id) = (p.branch_id, p.donation_id)
    WHERE p.branch_id = current_branch() AND n.donor_id = :donor AND p.cover_amount > 0
"""


def get_offer(session: Session, offer_id: UUID) -> OfferView:
    """One offer of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(OFFERS + " AND o.id = :id"), {"id": offer_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy lượt ủng hộ này. Hãy mở lại trang của hội."))
    return OfferView(*row)


def offers_with_codes(session: Session, codes: Sequence[str]) -> Sequence[OfferView]:
    """The branch's offers that bear one of these codes."""
    rows = session.execute(text(OFFERS + " AND o.code = ANY(:codes)"), {"codes": list(codes)})
    return [OfferView(*row) for row in rows]


def open_offers_of(session: Session, amount: int, since: datetime) -> Sequence[OfferView]:
    """Offers of just this amount, made since then, for which nothing has come yet; newest first."""
    query = (
        " AND o.amount = :amount AND o.made_at >= :since AND o.way = 'transfer'"
        " AND NOT EXISTS (SELECT FROM offer_gifts g"
        " WHERE (g.branch_id, g.offer_id) = (o.branch_id, o.id))"
        " ORDER BY o.made_at DESC LIMIT 10"
    )
    rows = session.execute(text(OFFERS + query), {"amount": amount, "since": since})
    return [OfferView(*row) for row in rows]


def gifts_of_offer(session: Session, offer_id: UUID) -> Sequence[OfferGift]:
    """The gifts that answer an offer, as they came."""
    return [OfferGift(*row) for row in session.execute(text(GIFTS), {"id": offer_id})]


def covered_fees(session: Session, donor_id: UUID) -> Mapping[UUID, int]:
    """What a giver paid beside his gifts for the card's fee, in đồng, by the gift's id."""
    return {row[0]: row[1] for row in session.execute(text(COVERED), {"donor": donor_id})}
