"""The forms that say what a bank line was: a gift, or something else."""

from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from app.banking.queries import LineFilter, LineView, lines
from app.donations.commands import Arrival, Method, RecordDonation
from app.funds.queries import funds
from app.giving.commands import GiftFromLines, Part
from app.giving.dispositions import SIDE, Disposition
from app.giving.proposals import Proposal, Why
from app.kernel.errors import marked
from app.portal.donations.forms import RecordDonationForm
from app.portal.paging import id_of
from app.web.fields import MoneyField, Required
from app.web.filters import money, on
from app.web.forms import BaseForm

WORDS = {
    Why.CODE: marked("%(name)s: dòng này ghi mã của lượt ủng hộ trực tuyến %(amount)s"),
    Why.RECORDED: marked("%(name)s: khoản chuyển khoản %(amount)s đã ghi tay trước đó"),
    Why.ACCOUNT: marked("%(name)s: từng chuyển từ chính tài khoản này"),
    Why.OFFER: marked("%(name)s: đã điền lượt ủng hộ trực tuyến đúng %(amount)s, chưa thấy tiền"),
    Why.NAME: marked("%(name)s: trùng tên, chưa chắc cùng người"),
}
NETTED = "netted"
DISPOSITION_WORDS = {
    Disposition.WITHDRAWAL: lazy_gettext("Rút tiền mặt về quỹ"),
    Disposition.DEPOSIT: lazy_gettext("Nộp tiền mặt của quỹ vào tài khoản"),
    Disposition.FEE: lazy_gettext("Phí ngân hàng"),
}


class GiftOfLineForm(RecordDonationForm):
    """A gift whose money a line brought: its way and day are the line's own."""

    # WTForms leaves a field out that is None.
    method = None
    received_on = None  # type: ignore[assignment]
    line: LineView
    amount = MoneyField(
        lazy_gettext("Số tiền"),
        [Required(marked("Nhập số tiền, ví dụ 500.000 hoặc 500k."))],
        description=lazy_gettext("Ít hơn cả dòng thì phần còn lại vẫn chờ xác định."),
    )

    @classmethod
    def for_line(cls, session: Session, line: LineView, donor_id: str = "") -> "GiftOfLineForm":
        """A form for all that is open of a line, of a giver of the branch or a new one."""
        form = cls(
            donor_id=donor_id,
            amount=money(line.open_amount),
            donor_kind="person",
            source="",
            drive_id="",
        )
        form.line = line
        form.prepare(session)
        return form

    def validate_amount(self, field: MoneyField) -> None:
        """No more than the line has."""
        if field.amount and field.amount > self.line.open_amount:
            raise ValidationError(
                gettext("Dòng này chỉ còn %(amount)s.", amount=money(self.line.open_amount))
            )

    def validate_note(self, field: object) -> None:
        """Whatever is said; money needs no list."""

    def command(self) -> RecordDonation:
        """The gift as it was typed."""
        amount, source = self.amount.amount, self.counted_under()
        if self.id.id_value is None or amount is None or source is None:
            raise ValueError(self.errors)
        return RecordDonation(
            id=self.id.id_value,
            fund_id=UUID(self.fund_id.data),
            drive_id=UUID(self.drive_id.data) if self.drive_id.data else None,
            donor=self.known.id if self.known else self.donor(),
            amount=amount,
            method=Method.BANK_TRANSFER,
            source=source,
            received_on=self.line.day,
            is_anonymous=bool(self.is_anonymous.data),
            note=self.note.data,
            arrival=Arrival.FROM_SUSPENSE,
        )

    def from_line(self) -> GiftFromLines:
        """The gift with the part of the line that it is made of."""
        gift = self.command()
        return GiftFromLines(gift=gift, parts=[Part(self.line.id, gift.amount)])


class ProposalForm(BaseForm):
    """Whose gift the line is, among those that something speaks for."""

    proposed = RadioField(
        lazy_gettext("Có thể là"),
        [Required(marked("Chọn một dòng, hoặc ghi người khác ở dưới."))],
        invalid_choice_message=lazy_gettext("Chọn một dòng trong danh sách."),
    )

    @classmethod
    def over(cls, found: list[Proposal]) -> "ProposalForm":
        """A form with these proposals, none chosen: a person looks first."""
        form = cls()
        form.proposed.choices = [(f"{each.why}:{each.subject_id}", told(each)) for each in found]
        return form

    def chosen(self) -> tuple[Why, UUID]:
        """What the person chose."""
        why, _, subject = self.proposed.data.partition(":")
        return Why(why), id_of(subject)


def told(proposal: Proposal) -> str:
    """A proposal in words."""
    amount = money(proposal.amount) if proposal.amount else ""
    return str(gettext(WORDS[proposal.why], name=proposal.name, amount=amount))


class DispositionForm(BaseForm):
    """What a line was when it was nobody's gift."""

    disposition = RadioField(
        lazy_gettext("Dòng này là"),
        [Required(marked("Chọn một mục."))],
        invalid_choice_message=lazy_gettext("Chọn một mục trong danh sách."),
    )
    fund_id = SelectField(
        lazy_gettext("Phí do quỹ nào chịu"),
        default="",
        invalid_choice_message=lazy_gettext("Chọn một quỹ trong danh sách."),
    )
    other = SelectField(
        lazy_gettext("Đối ứng với dòng"),
        default="",
        invalid_choice_message=lazy_gettext("Chọn một dòng trong danh sách."),
    )
    sent = HiddenField(default="1")

    @classmethod
    def for_line(cls, session: Session, line: LineView) -> "DispositionForm":
        """A form with what a line of its side can be."""
        form = cls()
        others = lines(
            session,
            LineFilter(is_open=True, side="debit" if line.side == "credit" else "credit"),
        )
        form.disposition.choices = [
            (each.value, DISPOSITION_WORDS[each]) for each in Disposition if SIDE[each] == line.side
        ]
        if others:
            form.disposition.choices.append(
                (NETTED, gettext("Tiền đi rồi về: hoàn trả, hoặc chuyển giữa hai tài khoản"))
            )
        form.fund_id.choices = [("", gettext("Chọn quỹ"))] + [
            (str(fund.id), fund.name) for fund in funds(session)
        ]
        form.other.choices = [("", gettext("Chọn dòng"))] + [
            (str(each.id), f"{on(each.day)} · {money(each.open_amount)} · {each.description[:60]}")
            for each in others
        ]
        return form

    def validate_other(self, field: SelectField) -> None:
        """What came and went needs both its lines."""
        if self.disposition.data == NETTED and not field.data:
            raise ValidationError(gettext("Chọn dòng đối ứng."))
