"""The form of an offer: amount first, then what for, from whom, and how."""

from typing import Any, Final
from uuid import UUID

from flask_babel import get_locale, gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from app.donors.commands import DonorKind
from app.funds.queries import funds, open_drives
from app.giving.commands import Dedication, MakeOffer, Way
from app.kernel.errors import marked
from app.web.fields import CleanEmail, CleanName, ClientIdField, MoneyField, Required
from app.web.forms import BaseForm
from app.web.labels import label

# Somebody who gives here is one of these; who tells no name is none of them.
KINDS: Final = (DonorKind.PERSON, DonorKind.HOUSEHOLD, DonorKind.ORGANISATION, DonorKind.CLAN)
NOBODY: Final = ""
FUND, DRIVE = "fund", "drive"


class OfferForm(BaseForm):
    """What somebody wishes to give. `id` is made when the page is opened: sent twice, it is one."""

    id = ClientIdField()
    amount = MoneyField(
        lazy_gettext("Số tiền"),
        [Required(marked("Nhập số tiền, ví dụ 100.000 hoặc 100k."))],
        description=lazy_gettext("Bao nhiêu cũng quý. Ví dụ: 50.000, 200k, 1tr"),
    )
    purpose = SelectField(
        lazy_gettext("Ủng hộ cho"),
        [Required(marked("Chọn quỹ hoặc đợt vận động."))],
        invalid_choice_message=lazy_gettext("Chọn một quỹ hoặc đợt trong danh sách."),
    )
    donor_name = StringField(
        lazy_gettext("Tên người ủng hộ"),
        [CleanName()],
        description=lazy_gettext("Ghi trên biên nhận. Để trống nếu không muốn cho biết tên."),
    )
    donor_kind = RadioField(
        lazy_gettext("Người ủng hộ là"),
        [Required(marked("Chọn loại người ủng hộ."))],
        invalid_choice_message=lazy_gettext("Chọn một loại người ủng hộ trong danh sách."),
    )
    is_anonymous = BooleanField(lazy_gettext("Không nêu tên khi công khai"))
    dedication = RadioField(
        lazy_gettext("Khoản này là"),
        invalid_choice_message=lazy_gettext("Chọn một câu trong danh sách."),
    )
    dedicated_to = StringField(lazy_gettext("Tên người hoặc tập thể ấy"), [CleanName()])
    email = StringField(
        lazy_gettext("Thư điện tử"),
        [CleanEmail()],
        description=lazy_gettext("Nếu muốn nhận biên nhận và đường dẫn xem các khoản đã ủng hộ."),
    )
    way = RadioField(
        lazy_gettext("Cách chuyển tiền"),
        [Required(marked("Chọn cách chuyển tiền."))],
        invalid_choice_message=lazy_gettext("Chọn một cách chuyển tiền."),
    )

    @classmethod
    def for_branch(
        cls, session: Session, ways: list[tuple[str, str, dict[str, Any]]], drive_id: str = ""
    ) -> "OfferForm":
        """A form for what the scope's branch raises money for today, the drive `drive_id` first."""
        drives = list(open_drives(session))
        aims = [(f"{DRIVE}:{drive.id}:{drive.fund_id}", drive.name) for drive in drives]
        aims += [(f"{FUND}:{fund.id}", fund.name) for fund in funds(session)]
        wanted = next((aim for aim, _ in aims if drive_id and f":{drive_id}:" in aim), aims[0][0])
        form = cls(
            purpose=wanted,
            donor_kind=DonorKind.PERSON.value,
            dedication=NOBODY,
            way=ways[0][0],
        )
        form.purpose.choices = aims
        form.donor_kind.choices = [(kind.value, label(kind.value)) for kind in KINDS]
        form.dedication.choices = [
            (NOBODY, gettext("Của chính người ủng hộ")),
            (Dedication.IN_MEMORY_OF.value, gettext("Để tưởng nhớ một người")),
            (Dedication.ON_BEHALF_OF.value, gettext("Thay mặt một cơ quan, lớp, tập thể")),
        ]
        form.way.choices = ways
        return form

    def validate_dedicated_to(self, field: StringField) -> None:
        """A dedication names somebody, and a name without one would be lost."""
        if self.dedication.data and not field.data and not field.errors:
            raise ValidationError(gettext("Nhập tên người hoặc tập thể ấy."))
        if field.data and not self.dedication.data:
            raise ValidationError(gettext("Chọn “tưởng nhớ” hay “thay mặt” cho tên này."))

    def command(self) -> MakeOffer:
        """The offer as it was typed."""
        amount = self.amount.amount
        if self.id.id_value is None or amount is None:
            raise ValueError(self.errors)
        kind, *ids = self.purpose.data.split(":")
        dedication = self.dedication.data
        return MakeOffer(
            id=self.id.id_value,
            fund_id=UUID(ids[-1]),
            drive_id=UUID(ids[0]) if kind == DRIVE else None,
            amount=amount,
            way=Way(self.way.data),
            donor_kind=DonorKind(self.donor_kind.data),
            donor_name=self.donor_name.data,
            is_anonymous=bool(self.is_anonymous.data) or not self.donor_name.data,
            dedication=Dedication(dedication) if dedication else None,
            dedicated_to=self.dedicated_to.data,
            email=self.email.data,
            locale=str(get_locale()),
        )
