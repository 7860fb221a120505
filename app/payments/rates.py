"""What one unit of a currency is in đồng: read by a person somewhere, and kept with its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid, marked
from app.payments.currencies import CURRENCIES, DONG

UNKNOWN: Final = marked("Không giữ tỷ giá của loại tiền này.")
UNLIKELY: Final = marked("Tỷ giá là số đồng của một đơn vị, lớn hơn 0 và nhỏ hơn 10.000.000.")
HIGHEST: Final = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class RateView:
    """A rate as it stands, since when, and where it was read."""

    currency: str
    rate: Decimal
    set_at: datetime
    source: str


def set_rate(session: Session, currency: str, rate: Decimal, *, source: str) -> None:
    """Keep a rate from now on; what was priced before keeps its own.

    Raises:
        Invalid: the currency is not taken by card, or the rate cannot be one.
    """
    if currency == DONG or currency not in CURRENCIES:
        raise Invalid("currency", UNKNOWN)
    if not rate.is_finite() or not 0 < rate < HIGHEST:
        raise Invalid("rate", UNLIKELY)
    session.execute(
        text(
            "INSERT INTO exchange_rates (currency, set_at, rate, source)"
            " VALUES (:currency, clock_timestamp(), :rate, :source)"
        ),
        {"currency": currency, "rate": rate, "source": source},
    )


def current_rate(session: Session, currency: str) -> Decimal | None:
    """The newest rate of a currency; None for the đồng, and when nobody has kept one."""
    found: Decimal | None = session.execute(
        text(
            "SELECT rate FROM exchange_rates WHERE currency = :currency"
            " ORDER BY set_at DESC LIMIT 1"
        ),
        {"currency": currency},
    ).scalar()
    return found


def current_rates(session: Session) -> Sequence[RateView]:
    """The newest rate of every currency that has one."""
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (currency) currency, rate, set_at, source FROM exchange_rates"
            " ORDER BY currency, set_at DESC"
        )
    )
    return [RateView(*row) for row in rows]
