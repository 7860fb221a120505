"""Currencies that a card may be charged in: their smallest unit, and the provider's limits.

The limits are those of Stripe's page on currencies. It names no least amount for the đồng; half a
dollar, which holds for what it does not name, is about 13.000 đ. Ours is higher: small amounts are
what stolen cards are tried with (reliability.md P21).
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from app.kernel.errors import Invalid, marked

DONG: Final = "VND"
LARGEST: Final = 99_999_999  # eight digits of the smallest unit, in every currency we take
TOO_SMALL: Final = marked("Thẻ chỉ nhận từ %(least)s. Số nhỏ hơn xin chuyển khoản bằng mã QR.")
TOO_LARGE: Final = marked("Thẻ chỉ nhận đến %(most)s mỗi lần. Số lớn hơn xin chuyển khoản.")
NOT_TAKEN: Final = marked("Không nhận thẻ bằng loại tiền này. Hãy chọn đồng hoặc loại tiền khác.")
UNEVEN: Final = marked("Loại tiền này chỉ nhận số tròn đến hai chữ số lẻ.")


@dataclass(frozen=True, slots=True)
class Currency:
    """`decimals`: digits after the point of one unit; `least` in the smallest unit.

    `step`: amounts are multiples of it; the last of three decimals must be zero.
    """

    code: str
    decimals: int
    least: int
    step: int = 1


CURRENCIES: Final = {
    each.code: each
    for each in (
        Currency(DONG, 0, 20_000),
        Currency("USD", 2, 100),
        Currency("EUR", 2, 100),
        Currency("GBP", 2, 100),
        Currency("AUD", 2, 100),
        Currency("CAD", 2, 100),
        Currency("CHF", 2, 100),
        Currency("SGD", 2, 100),
        Currency("JPY", 0, 100),
        Currency("KRW", 0, 1_000),
        Currency("CZK", 2, 2_500),
        Currency("PLN", 2, 400),
        Currency("KWD", 3, 500, step=10),
    )
}
# What the provider counts without decimals or with three, whether we take it or not; a currency
# that settles may be one of these. All others have two.
ZERO_DECIMALS: Final = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
THREE_DECIMALS: Final = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def refuse_unfit(currency: str, minor: int) -> None:
    """Take only what the provider will take, of `minor` smallest units.

    Raises:
        Invalid: of the currency, or of the amount, with what to do instead.
    """
    known = CURRENCIES.get(currency)
    if known is None:
        raise Invalid("currency", NOT_TAKEN)
    if minor < known.least:
        raise Invalid("amount", TOO_SMALL, least=shown(currency, known.least))
    if minor > LARGEST:
        raise Invalid("amount", TOO_LARGE, most=shown(currency, LARGEST))
    if minor % known.step:
        raise Invalid("amount", UNEVEN)


def decimals_of(currency: str) -> int:
    """How many digits stand after the point of one unit."""
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def in_dong(currency: str, minor: int, rate: Decimal | None) -> int:
    """What so many smallest units are in đồng, at `rate` đồng for one unit; the đồng needs none."""
    if rate is None:
        return minor
    exact = minor * rate / 10 ** decimals_of(currency)
    return int(exact.to_integral_value(ROUND_HALF_EVEN))


def shown(currency: str, minor: int) -> str:
    """An amount for people: 20.000 đ, 1,00 USD."""
    places = decimals_of(currency)
    whole, rest = divmod(minor, 10**places)
    text = f"{whole:,}".replace(",", ".") + (f",{rest:0{places}}" if places else "")
    return f"{text}\N{NO-BREAK SPACE}{'đ' if currency == DONG else currency}"
