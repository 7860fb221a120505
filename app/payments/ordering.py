"""What a provider is asked to show a payer: the gift, what is added for the fee, and the ways on.

Asked twice it must be the same to the letter, for the provider holds a key to what it first came
with: all of it comes from the row, and what the caller adds must not change either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final, Protocol
from uuid import UUID

from app.payments.gateway import OrderLine, PaymentOrder

# A page that is left open is closed by the provider; it takes no less than half an hour.
PAYABLE_FOR: Final = timedelta(hours=2)


class Payable(Protocol):
    """A payment, or a plan, as its row has it."""

    @property
    def id(self) -> UUID:
        """Ours."""

    @property
    def amount(self) -> int:
        """The gift, in đồng."""

    @property
    def cover_amount(self) -> int:
        """What is added for the fee, in đồng."""

    @property
    def currency(self) -> str:
        """What the card is charged in."""

    @property
    def total_minor(self) -> int:
        """What the card is charged."""

    @property
    def made_at(self) -> datetime:
        """Since when it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the payer reads beside the amounts, in the language of `locale`; `email` may be none."""

    gift: str
    fee: str
    locale: str
    email: str | None


def order_of(payable: Payable, said: Wording, *, done_url: str, back_url: str) -> PaymentOrder:
    """The order of a payment or plan. Addresses hold ids alone, and nothing of the giver."""
    return PaymentOrder(
        id=payable.id,
        currency=payable.currency,
        lines=tuple(_lines(payable, said)),
        email=said.email,
        locale=said.locale,
        done_url=done_url,
        back_url=back_url,
        expires_at=payable.made_at + PAYABLE_FOR,
    )


def _lines(payable: Payable, said: Wording) -> Iterator[OrderLine]:
    whole = payable.amount + payable.cover_amount
    fee = round(Fraction(payable.total_minor * payable.cover_amount, whole))
    yield OrderLine(name=said.gift, minor=payable.total_minor - fee)
    if fee:
        yield OrderLine(name=said.fee, minor=fee)
