"""The forms of card payments: in which currency, with the fee or without, once or every month."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from flask_babel import get_locale, gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, StringField

from app.giving.queries import OfferView
from app.kernel.clock import local
from app.kernel.days import format_day
from app.kernel.errors import Invalid, marked
from app.payments.commands import Price
from app.payments.currencies import DONG, decimals_of, in_dong, shown
from app.payments.rates import RateView
from app.payments.rules import priced
from app.web.fields import CleanEmail, Required
from app.web.forms import BaseForm

ONCE, MONTHLY = "once", "monthly"
# One point or comma, and no more than two digits after it: nobody can read it in two ways.
PLAIN: Final = re.compile(r"([0-9]{1,8})(?:[.,]([0-9]{1,2}))?")
UNREADABLE: Final = marked("Nhập số tiền bằng loại tiền đã chọn, ví dụ 20 hoặc 20,50.")
NO_FRACTIONS: Final = marked("Loại tiền này không có số lẻ. Nhập số tròn, ví dụ 2000.")


class CardForm(BaseForm):
    """How somebody pays an offer by card. What is in another currency is shown once before."""

    ticket = HiddenField()
    seen = HiddenField()
    currency = RadioField(
        lazy_gettext("Trả bằng"),
        invalid_choice_message=lazy_gettext("Chọn một loại tiền trong danh sách."),
    )
    amount = StringField(
        lazy_gettext("Số tiền bằng ngoại tệ"),
        description=lazy_gettext("Chỉ nhập khi không trả bằng đồng. Ví dụ: 20 hoặc 20,50"),
    )
    covers_fee = BooleanField(lazy_gettext("Tôi muốn chịu cả phí thẻ"))
    often = RadioField(
        lazy_gettext("Bao lâu một lần"),
        invalid_choice_message=lazy_gettext("Chọn một lần hay hằng tháng."),
    )

    @classmethod
    def for_offer(cls, offer: OfferView, rates: Sequence[RateView]) -> "CardForm":
        """A form for an offer; currencies are those for which a rate is kept."""
        form = cls(currency=DONG, often=ONCE)
        in_words = gettext("Đồng Việt Nam: %(amount)s", amount=written(DONG, offer.amount))
        form.currency.choices = [
            (DONG, in_words),
            *((each.currency, rate_in_words(each, offer.amount)) for each in rates),
        ]
        form.often.choices = [
            (ONCE, gettext("Một lần")),
            (MONTHLY, gettext("Hằng tháng, đến khi tôi dừng")),
        ]
        # Something is always chosen; required by the browser alone, for one may not be shown.
        form.currency.flags.required = form.often.flags.required = True
        return form

    def price(self, offer: OfferView, rates: Mapping[str, RateView]) -> Price:
        """What the card is to pay.

        Raises:
            Invalid: of the currency or the amount, with what to do instead.
        """
        code = self.currency.data
        covers_fee = bool(self.covers_fee.data)
        if code == DONG:
            return priced(DONG, offer.amount, None, covers_fee=covers_fee)
        minor = minor_of(code, self.amount.data or "")
        return priced(code, minor, rates[code].rate, covers_fee=covers_fee)

    def was_seen(self, price: Price) -> bool:
        """Whether the giver saw this price before; one in đồng stands on the page from the first.

        One that was not is what the form is shown with again.
        """
        its = f"{price.currency} {price.total_minor} {price.amount} {price.rate}"
        is_seen = price.currency == DONG or self.seen.data == its
        self.seen.data = its
        return is_seen


class MailboxForm(BaseForm):
    """Where the link is to be sent that opens the card page."""

    ticket = HiddenField()
    email = StringField(
        lazy_gettext("Thư điện tử"),
        [CleanEmail(), Required(marked("Nhập thư điện tử để nhận đường dẫn."))],
    )


def minor_of(currency: str, typed: str) -> int:
    """What was typed, in the smallest unit of a currency.

    Raises:
        Invalid: it cannot be read in one way alone.
    """
    found = PLAIN.fullmatch(typed.strip())
    if found is None:
        raise Invalid("amount", UNREADABLE)
    places = decimals_of(currency)
    if found[2] and not places:
        raise Invalid("amount", NO_FRACTIONS)
    return int(Decimal(f"{found[1]}.{found[2] or 0}").scaleb(places))


def rate_in_words(rate: RateView, amount: int) -> str:
    """A currency with its rate, where and when that was read, and what the offer is in it."""
    return str(
        gettext(
            "%(currency)s: 1 %(currency)s = %(rate)s (%(source)s, %(day)s); %(amount)s là khoảng"
            " %(about)s",
            currency=rate.currency,
            rate=rate_written(rate.rate),
            source=rate.source,
            day=format_day(local(rate.set_at).date()),
            amount=written(DONG, amount),
            about=written(rate.currency, about(rate, amount)),
        )
    )


def about(rate: RateView, amount: int) -> int:
    """So many đồng in the smallest unit of a currency, nearly."""
    one = in_dong(rate.currency, 10 ** decimals_of(rate.currency), rate.rate) or 1
    return round(amount * 10 ** decimals_of(rate.currency) / Decimal(one))


def rate_written(rate: Decimal) -> str:
    """A rate as the reader writes it: 26.300 đ, 171,25 đ."""
    whole, _, rest = f"{rate.normalize():f}".partition(".")
    figures = f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")
    return in_language(figures) + "\N{NO-BREAK SPACE}đ"


def written(currency: str, minor: int) -> str:
    """An amount as the reader writes it: 20.000 đ, 1,00 USD; in English 20,000 đ, 1.00 USD."""
    return in_language(shown(currency, minor))


def in_language(figures: str) -> str:
    """Figures with points and commas as the reader's language has them."""
    return figures.translate(str.maketrans(".,", ",.")) if str(get_locale()) == "en" else figures
