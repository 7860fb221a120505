"""What card money is in the book, and what a giver pays: arithmetic alone."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from app.kernel.errors import Invalid, marked
from app.ledger.chart import Account
from app.ledger.entries import NewPosting, Side
from app.payments.commands import Price
from app.payments.currencies import CURRENCIES, DONG, in_dong, refuse_unfit

# What a card from abroad usually costs, so that a giver may bear it. What it did cost is read from
# the provider's balance.
FEE_SHARE: Final = Fraction(44, 1000)
FEE_BESIDE_DONG: Final = 8_000
NO_RATE: Final = marked("Chưa có tỷ giá cho loại tiền này. Hãy chọn đồng, hoặc chuyển khoản.")


def priced(currency: str, minor: int, rate: Decimal | None, *, covers_fee: bool) -> Price:
    """What a gift of so many smallest units costs, with the fee beside it if the giver bears it.

    Raises:
        Invalid: of `currency` or `amount`, when the provider would not take it.
    """
    refuse_unfit(currency, minor)
    if currency != DONG and rate is None:
        raise Invalid("currency", NO_RATE)
    total = minor + (fee_to_cover(currency, minor, rate) if covers_fee else 0)
    refuse_unfit(currency, total)
    amount = in_dong(currency, minor, rate)
    return Price(
        currency=currency,
        amount=amount,
        cover_amount=in_dong(currency, total, rate) - amount,
        gift_minor=minor,
        total_minor=total,
        rate=rate,
    )


def fee_to_cover(currency: str, minor: int, rate: Decimal | None) -> int:
    """What must be added so that after the usual fee the gift is whole; never less."""
    step = CURRENCIES[currency].step
    one = 1 if rate is None else Fraction(in_dong(currency, 1_000_000, rate), 1_000_000)
    whole = (minor + Fraction(FEE_BESIDE_DONG) / one) / (1 - FEE_SHARE)
    added = (Decimal(whole.numerator) / whole.denominator - minor) / step
    return int(added.to_integral_value(ROUND_CEILING)) * step


@dataclass(frozen=True, slots=True)
class Share:
    """How a payment's đồng are shared out: the gift, and what was added for the fee."""

    amount: int
    cover_amount: int
    total_minor: int

    @property
    def total(self) -> int:
        """Gift and what was added, in đồng."""
        return self.amount + self.cover_amount

    def taken(self, minor: int) -> int:
        """What so much of the card's money is in đồng; the whole is the whole."""
        return self.total * minor // self.total_minor

    def minor_of(self, dong: int) -> int:
        """The least of the card's money that is so much in đồng: taken(minor_of(x)) >= x.

        What is taken(m) is m again, so that all that is left goes back to the last unit.
        """
        return -(-dong * self.total_minor // self.total)

    def gift_left(self, minor: int) -> int:
        """What is left of the gift when so much has gone back: the gift goes first."""
        return max(self.amount - self.taken(minor), 0)


@dataclass(frozen=True, slots=True)
class Booking:
    """Where a payment's lines go, and under which source totals count its gift."""

    fund_id: UUID
    source: str | None


def fee_in_dong(fee: int, currency: str, *, gross: int, total: int) -> int:
    """The provider's fee in đồng: as it is, or at the rate by which the charge itself came out."""
    if currency == DONG or fee == 0:
        return fee
    return round(Fraction(fee * total, gross))


def postings_of(
    booking: Booking, *, out: int, gift_before: int, gift_after: int, fee: int
) -> tuple[NewPosting, ...]:
    """The lines of one movement: `out` leaves the clearing account (comes back when negative).

    What is left of a gift is said anew, so that totals count it once more and lose the rest; money
    that is none of the gift's is a cost, as what was added for the fee made the cost smaller.
    """
    lines: list[NewPosting] = []
    if gift_before != gift_after:
        lines += _line(booking, Account.GIFTS, Side.DEBIT, gift_before)
        lines += _line(booking, Account.GIFTS, Side.CREDIT, gift_after)
    cost = out - (gift_before - gift_after) + fee
    lines += _signed(booking, Account.FEES, cost)
    lines += _signed(booking, Account.CARD_CLEARING, -out - fee)
    return tuple(lines)


def payout_postings(fund_id: UUID, *, arrived: int, cleared: int) -> tuple[NewPosting, ...]:
    """The lines of a fund's part of a payout: what arrived, what it was, what the rate made."""
    booking = Booking(fund_id, None)
    return (
        *_signed(booking, Account.BANK, arrived),
        *_signed(booking, Account.EXCHANGE, cleared - arrived),
        *_signed(booking, Account.CARD_CLEARING, -cleared),
    )


def due_on(anchor: int, year: int, month: int) -> date:
    """The day of a month on which a plan of day `anchor` is paid: the 31st, or the last there is.

    A shorter month does not move the later ones.
    """
    return date(year, month, min(anchor, calendar.monthrange(year, month)[1]))


def next_due(started_on: date, today: date) -> date:
    """The next day after `today` on which a plan is paid."""
    this_month = due_on(started_on.day, today.year, today.month)
    if this_month > today:
        return this_month
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)  # noqa: PLR2004
    return due_on(started_on.day, year, month)


def _line(booking: Booking, account: Account, side: Side, amount: int) -> Iterator[NewPosting]:
    if amount:
        yield NewPosting(account, side, amount, booking.fund_id, booking.source)


def _signed(booking: Booking, account: Account, debit: int) -> Iterator[NewPosting]:
    side = Side.DEBIT if debit > 0 else Side.CREDIT
    yield from _line(booking, account, side, abs(debit))
