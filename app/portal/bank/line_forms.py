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
from app.giving.matches import matches_of_line
from app.giving.proposals import Proposal, Why
from app.kernel.errors import marked
from app.portal.donations.forms import RecordDonationForm
from app.portal.paging import id_of
from app.web.fields import MoneyField, Required
from app.web.filters import money, on
from app.web.forms import BaseForm

WORDS = {
    Why.CODE: marked("%(who)s: dòng này ghi mã của lượt ủng hộ trực tuyến này"),
    Why.PAID: marked("%(who)s: mã của lời ủng hộ đã nhận đủ, có thể là tiền của người khác"),
    Why.PAYOUT: marked("%(who)s: tiền ủng hộ qua thẻ, cổng thanh toán báo đã chuyển về"),
    Why.RECORDED: marked("%(who)s: khoản chuyển khoản đã ghi tay, trùng cả tên hoặc tài khoản"),
    Why.ACCOUNT: marked("%(who)s: từng chuyển từ chính tài khoản này"),
    Why.OFFER: marked("%(who)s: lượt ủng hộ trực tuyến chưa thấy tiền, trùng cả tên"),
    Why.NAME: marked("%(who)s: trùng tên, chưa chắc cùng người"),
}
AMOUNT_ALONE = {
    Why.RECORDED: marked("%(who)s: khoản chuyển khoản đã ghi tay. Chỉ trùng số tiền"),
    Why.OFFER: marked("%(who)s: lượt ủng hộ trực tuyến chưa thấy tiền. Chỉ trùng số tiền"),
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
    is_sent_again = False
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
            donor_name="" if donor_id else line.counter_name,
            amount=money(line.open_amount),
            donor_kind="person",
            source="",
            drive_id="",
        )
        form.line = line
        made = {match.subject_id for match in matches_of_line(session, line.id)}
        form.is_sent_again = form.id.id_value in made
        form.prepare(session)
        return form

    def validate_amount(self, field: MoneyField) -> None:
        """No more than the line has; the very gift that took it is answered as the first time."""
        if field.amount and not self.is_sent_again and field.amount > self.line.open_amount:
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
    """Whose gift the line is, among those that something speaks for.

    `is_weak`: only the amount speaks for any of them.
    """

    is_weak = False
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
        form.is_weak = all(each.is_amount_alone for each in found)
        return form

    def chosen(self) -> tuple[Why, UUID]:
        """What the person chose."""
        why, _, subject = self.proposed.data.partition(":")
        return Why(why), id_of(subject)


def told(proposal: Proposal) -> str:
    """A proposal in words: who, how much, when and by what it is found again, then what it is."""
    words = AMOUNT_ALONE[proposal.why] if proposal.is_amount_alone else WORDS[proposal.why]
    known = [
        proposal.name,
        money(proposal.amount) if proposal.amount else "",
        on(proposal.day) if proposal.day else "",
        proposal.mark or "",
    ]
    return str(gettext(words, who=" · ".join(part for part in known if part)))


class TakeBackForm(BaseForm):
    """Nothing to type: what taking back means stands on the page."""


class DispositionForm(BaseForm):
    """What a line was when it was nobody's gift."""

    disposition = RadioField(
        lazy_gettext("Dòng này là"),
        [Required(marked("Chọn một mục."))],
        invalid_choice_message=lazy_gettext("Chọn một mục trong danh sách."),
    )
    fund_id = SelectField(
        lazy_gettext("Quỹ nào chịu (khi là phí)"),
        default="",
        invalid_choice_message=lazy_gettext("Chọn một quỹ trong danh sách."),
    )
    other = SelectField(
        lazy_gettext("Đối ứng với dòng nào (khi là tiền đi rồi về)"),
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
