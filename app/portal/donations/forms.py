"""The forms of gifts: recording one, finding some, taking one back."""

from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from app.donations.commands import Method, RecordDonation, ReverseDonation, Source
from app.donations.queries import DonationFilter
from app.donations.rules import usual_source
from app.donors.commands import DonorKind, NewDonor
from app.donors.queries import DonorView, get_donor
from app.funds.queries import DriveView, all_funds, funds, open_drives
from app.kernel.clock import today
from app.kernel.errors import marked
from app.kernel.text import clean_reason, fold
from app.portal.paging import ONE_MORE, dated_place, id_of
from app.web.fields import (
    Clean,
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
# A card is charged by the payment provider, which records the gift itself.
BY_HAND = (Method.CASH, Method.BANK_TRANSFER, Method.IN_KIND)


class NameRequired:
    """Validator: a giver met now has a name, unless he wishes to stay unnamed."""

    field_flags = {"required": True}  # noqa: RUF012  WTForms reads it from the class

    def __call__(self, form: "RecordDonationForm", field: StringField) -> None:
        """Refuse an empty name where one is needed."""
        is_unnamed = form.donor_kind.data == DonorKind.ANONYMOUS.value
        if not (form.known or is_unnamed or field.data or field.errors):
            raise ValidationError(gettext("Nhập tên người ủng hộ, hoặc chọn loại “Không nêu tên”."))


class CleanReason(Clean):
    """Why something is taken back: a full stop is no reason."""

    def read(self, text: str) -> str:
        """The clean reason."""
        return clean_reason(text)


class RecordDonationForm(BaseForm):
    """Amount first, then who, fund, way and date. `id` is made when the form is opened.

    `known` is the giver when the form names one the branch knows.
    """

    id = ClientIdField()
    donor_id = StringField()
    amount = MoneyField(
        lazy_gettext("Số tiền"),
        [Required(marked("Nhập số tiền, ví dụ 500.000 hoặc 500k."))],
        description=lazy_gettext("Ví dụ: 500.000, 500k, 1,5tr"),
    )
    donor_name = StringField(lazy_gettext("Người ủng hộ"), [CleanName(), NameRequired()])
    donor_kind = SelectField(
        lazy_gettext("Người ủng hộ là"),
        [Required(marked("Chọn loại người ủng hộ."))],
        invalid_choice_message=lazy_gettext("Chọn một loại người ủng hộ trong danh sách."),
    )
    source = SelectField(
        lazy_gettext("Nguồn"),
        invalid_choice_message=lazy_gettext("Chọn một nguồn trong danh sách."),
    )
    donor_address = StringField(lazy_gettext("Địa chỉ"), [CleanText(300)])
    donor_phone = StringField(lazy_gettext("Điện thoại"), [CleanPhone()])
    donor_email = StringField(lazy_gettext("Thư điện tử"), [CleanEmail()])
    fund_id = SelectField(
        lazy_gettext("Vào quỹ"),
        [Required(marked("Chọn quỹ nhận khoản này."))],
        invalid_choice_message=lazy_gettext("Chọn một quỹ trong danh sách."),
    )
    drive_id = SelectField(
        lazy_gettext("Đợt vận động"),
        invalid_choice_message=lazy_gettext("Chọn một đợt vận động trong danh sách."),
    )
    method = RadioField(
        lazy_gettext("Cách nhận"),
        [Required(marked("Chọn cách nhận."))],
        invalid_choice_message=lazy_gettext("Chọn một cách nhận."),
    )
    received_on = DayField(
        lazy_gettext("Ngày nhận"), [Required(marked("Nhập ngày nhận, ví dụ 02/11/2026."))]
    )
    note = TextAreaField(
        lazy_gettext("Nội dung"),
        [CleanText(300)],
        description=lazy_gettext("In trên biên nhận. Với hiện vật, ghi rõ là gì và bao nhiêu."),
    )
    is_anonymous = BooleanField(lazy_gettext("Không nêu tên trên bảng công khai"))
    known: DonorView | None = None
    drives: tuple[DriveView, ...] = ()

    @classmethod
    def for_branch(cls, session: Session, donor_id: str = "") -> "RecordDonationForm":
        """A form whose choices are the scope's branch's own, for a giver of it or a new one.

        Raises:
            NotFound: the giver is absent, or another branch's.
        """
        form = cls(
            received_on=today(),
            method=Method.CASH.value,
            donor_kind=DonorKind.HOUSEHOLD.value,
            source="",
            drive_id="",
            donor_id=donor_id,
        )
        form.known = get_donor(session, id_of(form.donor_id.data)) if form.donor_id.data else None
        form.drives = tuple(open_drives(session))
        form.fund_id.choices = [(str(fund.id), fund.name) for fund in funds(session)]
        form.drive_id.choices = [("", gettext("Không thuộc đợt nào"))] + [
            (str(drive.id), drive.name) for drive in form.drives
        ]
        form.donor_kind.choices = [(kind.value, label(kind.value)) for kind in DonorKind]
        form.source.choices = [("", gettext("Theo người ủng hộ"))] + [
            (source.value, label(source.value)) for source in Source
        ]
        form.method.choices = [(method.value, label(method.value)) for method in BY_HAND]
        return form

    def validate_drive_id(self, field: SelectField) -> None:
        """A drive raises money for one fund; another fund may not be slipped in."""
        drive = next((drive for drive in self.drives if str(drive.id) == field.data), None)
        if drive and str(drive.fund_id) != self.fund_id.data:
            fund = dict(self.fund_id.choices).get(str(drive.fund_id), "")
            raise ValidationError(
                gettext(
                    "Đợt này vận động cho %(fund)s. Chọn quỹ ấy, hoặc chọn đợt khác.", fund=fund
                )
            )

    def validate_note(self, field: TextAreaField) -> None:
        """A receipt for goods that does not name them would be worth nothing."""
        if self.method.data == Method.IN_KIND.value and not field.data and not field.errors:
            raise ValidationError(
                gettext("Ghi rõ hiện vật là gì và bao nhiêu, ví dụ: 10 xe đạp mới.")
            )

    def kind(self) -> DonorKind:
        """What the giver is."""
        return DonorKind(self.known.kind if self.known else self.donor_kind.data)

    def command(self) -> RecordDonation:
        """The gift as it was typed."""
        if self.id.id_value is None or self.amount.amount is None or self.received_on.day is None:
            raise ValueError(self.errors)
        return RecordDonation(
            id=self.id.id_value,
            fund_id=UUID(self.fund_id.data),
            drive_id=UUID(self.drive_id.data) if self.drive_id.data else None,
            donor=self.known.id if self.known else self.donor(),
            amount=self.amount.amount,
            method=Method(self.method.data),
            source=Source(self.source.data or usual_source(self.kind())),
            received_on=self.received_on.day,
            is_anonymous=bool(self.is_anonymous.data),
            note=self.note.data,
        )

    def donor(self) -> NewDonor:
        """The giver as typed."""
        return NewDonor(
            kind=self.kind(),
            name=self.donor_name.data or ANONYMOUS_NAME,
            phone=self.donor_phone.data,
            email=self.donor_email.data,
            address=self.donor_address.data,
        )


class FindDonationsForm(BaseForm):
    """Which gifts to list; sent by GET, so that the address can be kept."""

    class Meta:
        """Nothing is changed by asking."""

        csrf = False

    words = SearchField(lazy_gettext("Tên người ủng hộ"), [CleanText(100)], name="ten")
    first = DayField(lazy_gettext("Từ ngày"), name="tu")
    last = DayField(lazy_gettext("Đến ngày"), name="den")
    fund_id = SelectField(
        lazy_gettext("Quỹ"),
        name="quy",
        invalid_choice_message=lazy_gettext("Chọn một quỹ trong danh sách."),
    )
    method = SelectField(
        lazy_gettext("Cách nhận"),
        name="cach",
        invalid_choice_message=lazy_gettext("Chọn một cách nhận trong danh sách."),
    )

    @classmethod
    def for_branch(cls, session: Session, asked: object) -> "FindDonationsForm":
        """A form filled with what the address asks, its funds the branch's own, closed ones too."""
        form = cls(asked, fund_id="", method="")
        every = ("", gettext("Tất cả"))
        form.fund_id.choices = [every] + [(str(fund.id), fund.name) for fund in all_funds(session)]
        form.method.choices = [every] + [(method.value, label(method.value)) for method in Method]
        return form

    def validate_last(self, field: DayField) -> None:
        """A span of days ends after it begins."""
        if self.first.day and field.day and field.day < self.first.day:
            raise ValidationError(gettext("Đến ngày phải bằng hoặc sau Từ ngày."))

    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return any(field.data for field in self)

    def filter(self) -> DonationFilter:
        """What was asked for, from the place where the list goes on."""
        return DonationFilter(
            first=self.first.day,
            last=self.last.day,
            fund_id=UUID(self.fund_id.data) if self.fund_id.data else None,
            method=self.method.data or None,
            words=fold(self.words.data or ""),
            after=dated_place(),
            at_most=ONE_MORE,
        )


class ReverseDonationForm(BaseForm):
    """Why a gift is taken back; `id` is made when the form is opened."""

    id = ClientIdField()
    reason = TextAreaField(
        lazy_gettext("Lý do huỷ"),
        [CleanReason(), Required(marked("Nhập lý do huỷ, ít nhất 10 chữ cái."))],
        description=lazy_gettext(
            "Lý do được in trên biên nhận đã huỷ và lưu trong sổ, ví dụ: Ghi nhầm số tiền."
        ),
    )

    def command(self, donation_id: UUID) -> ReverseDonation:
        """The reversal as it was typed."""
        if self.id.id_value is None:
            raise ValueError(self.errors)
        return ReverseDonation(
            id=self.id.id_value, donation_id=donation_id, reason=self.reason.data or ""
        )
