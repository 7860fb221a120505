"""The form of a gift."""

from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from app.donations.commands import Method, RecordDonation, ReverseDonation, Source
from app.donors.commands import DonorKind, NewDonor
from app.funds.queries import funds, open_drives
from app.kernel.clock import today
from app.web.fields import (
    CleanEmail,
    CleanName,
    CleanPhone,
    CleanText,
    ClientIdField,
    DayField,
    MoneyField,
    Required,
)
from app.web.forms import BaseForm
from app.web.labels import label

ANONYMOUS_NAME = "Nhà hảo tâm không nêu tên"


class RecordDonationForm(BaseForm):
    """Amount first, then who, fund, way and date. `id` is made when the form is opened."""

    id = ClientIdField()
    amount = MoneyField(
        lazy_gettext("Số tiền"),
        [Required("Nhập số tiền, ví dụ 500.000 hoặc 500k.")],
        description=lazy_gettext("Ví dụ: 500.000, 500k, 1,5tr"),
    )
    donor_name = StringField(
        lazy_gettext("Người ủng hộ"), [CleanName(), Required("Nhập tên người ủng hộ.")]
    )
    donor_kind = SelectField(lazy_gettext("Là"))
    source = SelectField(lazy_gettext("Nguồn"))
    donor_address = StringField(lazy_gettext("Địa chỉ"), [CleanText(300)])
    donor_phone = StringField(lazy_gettext("Điện thoại"), [CleanPhone()])
    donor_email = StringField(lazy_gettext("Thư điện tử"), [CleanEmail()])
    fund_id = SelectField(lazy_gettext("Quỹ"))
    drive_id = SelectField(lazy_gettext("Đợt vận động"))
    method = RadioField(lazy_gettext("Cách nhận"))
    received_on = DayField(lazy_gettext("Ngày nhận"), [Required("Nhập ngày nhận, ví dụ 02/11/2026.")])
    is_anonymous = BooleanField(lazy_gettext("Không nêu tên trên bảng công khai"))
    note = TextAreaField(lazy_gettext("Ghi chú in trên biên nhận"), [CleanText(300)])
    known_donor = StringField()

    @classmethod
    def for_branch(cls, session: Session) -> "RecordDonationForm":
        """A form whose choices are the scope's branch's own funds and drives."""
        form = cls(received_on=today(), method=Method.CASH.value, source=Source.HOUSEHOLD.value,
                   donor_kind=DonorKind.HOUSEHOLD.value)
        form.fund_id.choices = [(str(fund.id), fund.name) for fund in funds(session)]
        form.drive_id.choices = [("", gettext("Không thuộc đợt nào"))] + [
            (str(drive.id), drive.name) for drive in open_drives(session)
        ]
        form.donor_kind.choices = [(kind.value, label(kind.value)) for kind in DonorKind]
        form.source.choices = [(source.value, label(source.value)) for source in Source]
        form.method.choices = [(method.value, label(method.value)) for method in Method]
        return form

    def command(self) -> RecordDonation:
        """The gift as it was typed."""
        if self.id.id_value is None or self.amount.amount is None or self.received_on.day is None:
            raise ValueError(self.errors)
        return RecordDonation(
            id=self.id.id_value,
            fund_id=UUID(self.fund_id.data),
            drive_id=UUID(self.drive_id.data) if self.drive_id.data else None,
            donor=self.donor(),
            amount=self.amount.amount,
            method=Method(self.method.data),
            source=Source(self.source.data),
            received_on=self.received_on.day,
            is_anonymous=bool(self.is_anonymous.data),
            note=self.note.data,
        )

    def donor(self) -> NewDonor:
        """The giver as typed."""
        return NewDonor(
            kind=DonorKind(self.donor_kind.data),
            name=self.donor_name.data or ANONYMOUS_NAME,
            phone=self.donor_phone.data,
            email=self.donor_email.data,
            address=self.donor_address.data,
        )


class ReverseDonationForm(BaseForm):
    """Why a gift is taken back; `id` is made when the form is opened."""

    id = ClientIdField()
    reason = TextAreaField(
        lazy_gettext("Lý do huỷ"), [CleanText(300), Required("Nhập lý do huỷ, ít nhất 10 chữ.")]
    )

    def command(self, donation_id: UUID) -> ReverseDonation:
        """The reversal as it was typed."""
        if self.id.id_value is None:
            raise ValueError(self.errors)
        return ReverseDonation(
            id=self.id.id_value, donation_id=donation_id, reason=self.reason.data or ""
        )
