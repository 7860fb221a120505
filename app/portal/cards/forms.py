"""The form by which the chair has card money go back, wholly or in part."""

from flask_babel import lazy_gettext
from wtforms import TextAreaField

from app.kernel.errors import marked
from app.payments.commands import RequestRefund
from app.payments.currencies import CURRENCIES
from app.payments.queries import PaymentView
from app.portal.donations.forms import CleanReason
from app.web.fields import ClientIdField, MoneyField, Required
from app.web.filters import money
from app.web.forms import BaseForm


class RefundForm(BaseForm):
    """How much in đồng, all that is left by default, and why.

    `id` is made when the form is opened. Whether so much is left the verb says: a form that is
    sent twice is still one refund, though nothing may be left at the second time.
    """

    id = ClientIdField()
    amount = MoneyField(
        lazy_gettext("Số tiền hoàn"),
        [Required(marked("Nhập số tiền hoàn, ví dụ 500.000 hoặc 500k."))],
    )
    reason = TextAreaField(
        lazy_gettext("Lý do hoàn"),
        [CleanReason(), Required(marked("Nhập lý do hoàn, ít nhất 10 chữ cái."))],
        description=lazy_gettext("Lưu trong sổ, ví dụ: Chuyển nhầm số tiền."),
    )

    @classmethod
    def for_payment(cls, payment: PaymentView, left: int) -> "RefundForm":
        """A form for all that is left of a payment, `left` in the card's smallest unit."""
        return cls(amount=money(payment.share.taken(left)))

    def command(self, payment: PaymentView) -> RequestRefund:
        """The refund as it was typed, in the card's currency: never less than the đồng asked."""
        if self.id.id_value is None or self.amount.amount is None:
            raise ValueError(self.errors)
        step = CURRENCIES[payment.currency].step
        minor = payment.share.minor_of(self.amount.amount)
        return RequestRefund(
            id=self.id.id_value,
            payment_id=payment.id,
            minor=-(-minor // step) * step,
            reason=self.reason.data or "",
        )
