"""The forms that change the book of gifts: recording one, taking one back."""

from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from app.donations.commands import Method, RecordDonation, ReverseDonation, Source
from app.donations.lookalikes import Lookalikes, lookalikes
from app.donations.queries import DonationFilter, donations, get_donation
from app.donations.rules import usual_source
from app.donors.commands import ANONYMOUS_NAME, DonorKind, NewDonor
from app.donors.queries import DonorView, get_donor
from app.funds.queries import DriveView, funds, open_drives
from app.kernel.clock import today
from app.kernel.errors import marked
from app.kernel.letters import printable
from app.kernel.text import clean_reason, fold
from app.portal.donations.question import ALREADY_THERE, ANOTHER, asked_ids, choices_for
from app.portal.paging import id_of
from app.web.errors import STATUS
from app.web.fields import (
    Clean,
    CleanEmail,
    CleanName,
    CleanPhone,
    CleanPrinted,
    ClientIdField,
    DayField,
    MoneyField,
    Required,
)
from app.web.forms import BaseForm
from app.web.labels import label

# A card is charged by the payment provider, which records the gift itself.
BY_HAND = (Method.CASH, Method.BANK_TRANSFER, Method.IN_KIND)


def as_usual() -> dict[str, object]:
    """What a form holds before anybody types."""
    return {
        "method": Method.CASH.value,
        "donor_kind": DonorKind.HOUSEHOLD.value,
        "source": "",
        "drive_id": "",
        "received_on": today(),
    }


def as_last(session: Session, like: str) -> dict[str, object]:
    """What the next gift of a pile has in common with the one just recorded.

    Raises:
        NotFound: there is no such gift.
    """
    gift = get_donation(session, id_of(like))
    is_by_hand = gift.method in BY_HAND
    return {
        **as_usual(),
        "fund_id": str(gift.fund_id),
        "drive_id": str(gift.drive_id or ""),
        "received_on": gift.received_on,
        "method": gift.method if is_by_hand else Method.CASH.value,
    }


class NameRequired:
    """Validator: a giver met now has a name, unless he wishes to stay unnamed."""

    field_flags = {"required": True}  # noqa: RUF012  WTForms reads it from the class

    def __call__(self, form: "RecordDonationForm", field: StringField) -> None:
        """Refuse an empty name where one is needed, and any where none is to be told."""
        is_unnamed = form.donor_kind.data == DonorKind.ANONYMOUS.value
        if is_unnamed and field.data and not form.known:
            raise ValidationError(
                gettext(
                    "Để trống tên, hoặc chọn loại khác: “Không cho biết tên” thì không ghi tên."
                )
            )
        if not (form.known or is_unnamed or field.data or field.errors):
            raise ValidationError(
                gettext("Nhập tên người ủng hộ, hoặc chọn loại “Không cho biết tên”.")
            )


class KindRequired(Required):
    """Validator: a giver met now is somebody; what a known one is stands in the book."""

    def __call__(self, form: object, field: StringField) -> None:
        """Refuse an empty kind of a giver met now."""
        if not (isinstance(form, RecordDonationForm) and form.known):
            super().__call__(form, field)


class CleanReason(Clean):
    """Why something is taken back: a full stop is no reason."""

    def read(self, text: str) -> str:
        """The clean reason."""
        return printable(clean_reason(text))


class RecordDonationForm(BaseForm):
    """Amount first, then who, fund, way and date. `id` is made when the form is opened.

    `known` is the giver when the form names one the branch knows. `found` is what the gift may
    repeat; `shown` and `answer` tell what of it a person has looked at, and with what result.
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
        [KindRequired(marked("Chọn loại người ủng hộ."))],
        invalid_choice_message=lazy_gettext("Chọn một loại người ủng hộ trong danh sách."),
    )
    source = SelectField(
        lazy_gettext("Nguồn"),
        invalid_choice_message=lazy_gettext("Chọn một nguồn trong danh sách."),
    )
    donor_address = StringField(lazy_gettext("Địa chỉ"), [CleanPrinted(300)])
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
        [CleanPrinted(300)],
        description=lazy_gettext(
            "Ghi trên biên nhận, nhiều nhất 300 ký tự. Với hiện vật: gồm những gì, bao nhiêu;"
            " số tiền ở trên là trị giá quy ra tiền."
        ),
    )
    is_anonymous = BooleanField(lazy_gettext("Không nêu tên khi công khai"))
    shown = HiddenField()
    answer = RadioField(lazy_gettext("Khoản này là"), validate_choice=False)
    found = Lookalikes()
    known: DonorView | None = None
    last_source: str | None = None
    drives: tuple[DriveView, ...] = ()

    @classmethod
    def for_branch(
        cls, session: Session, donor_id: str = "", like: str = ""
    ) -> "RecordDonationForm":
        """A form whose choices are the scope's branch's own, for a giver of it or a new one.

        It opens with the fund, drive, way and day of the gift `like`.
        Raises:
            NotFound: the giver or the gift is absent, or another branch's.
        """
        form = cls(donor_id=donor_id, **(as_last(session, like) if like else as_usual()))
        form.prepare(session)
        form.method.choices = [(method.value, label(method.value)) for method in BY_HAND]
        return form

    def prepare(self, session: Session) -> None:
        """Choices of the scope's branch, and the giver when one is known.

        Raises:
            NotFound: the giver is absent, or another branch's.
        """
        self.know_giver(session)
        self.drives = tuple(open_drives(session))
        self.fund_id.choices = [(str(fund.id), fund.name) for fund in funds(session)]
        self.drive_id.choices = [("", gettext("Không thuộc đợt nào"))] + [
            (str(drive.id), drive.name) for drive in self.drives
        ]
        self.donor_kind.choices = [(kind.value, label(kind.value)) for kind in DonorKind]
        self.source.choices = [("", gettext("Theo người ủng hộ"))] + [
            (source.value, label(source.value)) for source in Source
        ]
        self.answer.choices = []

    def know_giver(self, session: Session) -> None:
        """The giver chosen before, or in answer to the question who this is."""
        is_person = self.answer.data not in {None, "", ANOTHER, ALREADY_THERE}
        chosen = self.donor_id.data or (self.answer.data if is_person else "")
        self.known = get_donor(session, id_of(chosen)) if chosen else None
        if self.known:
            of_giver = DonationFilter(donor_id=self.known.id, is_reversed=False, at_most=1)
            self.last_source = next((gift.source for gift in donations(session, of_giver)), None)

    def is_clear(self, session: Session) -> bool:
        """Whether nothing is left to ask: what the gift may repeat was shown, and answered.

        Otherwise the form asks when it is shown again, with the same id.
        """
        self.found = lookalikes(session, self.command())
        is_shown = self.found.ids <= asked_ids(self.shown.data)
        if not self.found.ids or (is_shown and self.answer.data):
            return True
        self.status = STATUS["invalid"]
        if is_shown:
            self.answer.errors = [gettext("Chọn một câu trả lời, rồi gửi lại.")]
        self.shown.data = ",".join(sorted(map(str, self.found.ids)))
        self.answer.data = None
        self.answer.flags.required = True
        self.answer.choices = choices_for(self.found)
        return False

    def validate_donor_name(self, field: StringField) -> None:
        """A name that was changed after somebody else was chosen is neither of the two."""
        if self.known and field.data and fold(field.data) != fold(self.known.name):
            self.known = None
            raise ValidationError(
                gettext("Tên này khác với người vừa chọn. Xem lại tên, rồi gửi lại.")
            )

    def validate_source(self, field: SelectField) -> None:
        """What nobody says and nothing tells is chosen, for the totals by source are made of it."""
        if not (self.counted_under() or self.donor_kind.errors or field.errors):
            raise ValidationError(
                gettext(
                    "Chọn nguồn: tên này chưa cho biết là doanh nghiệp, cơ quan hay trường học."
                )
            )

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

    def counted_under(self) -> Source | None:
        """The source chosen, the known giver’s last one, or what kind and name tell, if any."""
        told = self.source.data or self.last_source
        kind = self.known.kind if self.known else self.donor_kind.data
        if told:
            return Source(told) if told in frozenset(Source) else None
        if kind not in frozenset(DonorKind):
            return None
        name = self.known.name if self.known else self.donor_name.data
        return usual_source(DonorKind(kind), name or "")

    def command(self) -> RecordDonation:
        """The gift as it was typed."""
        amount, day, source = self.amount.amount, self.received_on.day, self.counted_under()
        if self.id.id_value is None or amount is None or day is None or source is None:
            raise ValueError(self.errors)
        return RecordDonation(
            id=self.id.id_value,
            fund_id=UUID(self.fund_id.data),
            drive_id=UUID(self.drive_id.data) if self.drive_id.data else None,
            donor=self.known.id if self.known else self.donor(),
            amount=amount,
            method=Method(self.method.data),
            source=source,
            received_on=day,
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
