"""What callers hand to the verbs of payments; texts and amounts are clean already."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a gift costs its giver: `amount` and `cover_amount` in đồng, `total_minor` on the card.

    `cover_amount` is what the giver adds for the card's fee; `rate` is đồng for one unit of the
    currency, None when that is the đồng itself.
    """

    currency: str
    amount: int
    cover_amount: int
    gift_minor: int
    total_minor: int
    rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparePayment:
    """A payment, or a plan, for an offer. `id` was made by the client."""

    id: UUID
    offer_id: UUID
    fund_id: UUID
    price: Price


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefund:
    """Give so much back, in the smallest unit of the card's currency; `id` is the client's."""

    id: UUID
    payment_id: UUID
    minor: int
    reason: str
