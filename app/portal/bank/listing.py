"""The lines of the branch's accounts: those that wait first, or all of them."""

from typing import Final

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy.orm import Session
from wtforms import SearchField, SelectField

from app.accounts.permissions import Permission
from app.banking.commands import LineSide
from app.banking.queries import (
    LineFilter,
    LineView,
    OpenMoney,
    accounts,
    lines,
    open_money,
    statements,
)
from app.payments.overview import has_payments
from app.portal.bank.blueprint import bp
from app.portal.paging import dated_cursor, dated_place, id_of, one_more, part
from app.web.access import requires
from app.web.errors import STATUS
from app.web.fields import CleanText, DayField
from app.web.filters import money
from app.web.forms import BaseForm
from app.web.transactions import reading

WAITING, ALL, CREDIT, DEBIT = "cho", "tat-ca", "vao", "ra"
# What each choice asks for: whether something is open, and which way the money went.
ASKED: Final[dict[str, tuple[bool | None, str | None]]] = {
    WAITING: (True, None),
    ALL: (None, None),
    CREDIT: (None, LineSide.CREDIT.value),
    DEBIT: (None, LineSide.DEBIT.value),
}


class FindLinesForm(BaseForm):
    """Which lines to list; sent by GET, so that the address can be kept."""

    class Meta:
        """Nothing is changed by asking."""

        csrf = False

    words = SearchField(
        lazy_gettext("Nội dung, tên hoặc số bút toán"), [CleanText(100)], name="ten"
    )
    state = SelectField(
        lazy_gettext("Dòng"),
        name="dong",
        invalid_choice_message=lazy_gettext("Chọn một mục trong danh sách."),
    )
    account_id = SelectField(
        lazy_gettext("Tài khoản"),
        name="tai-khoan",
        invalid_choice_message=lazy_gettext("Chọn một tài khoản trong danh sách."),
    )
    first = DayField(lazy_gettext("Từ ngày"), name="tu")
    last = DayField(lazy_gettext("Đến ngày"), name="den")

    @classmethod
    def for_branch(cls, session: Session) -> "FindLinesForm":
        """A form with the branch's own accounts."""
        form = cls(request.args)
        form.state.choices = [
            (WAITING, gettext("Đang chờ xác định")),
            (ALL, gettext("Tất cả")),
            (CREDIT, gettext("Tiền vào")),
            (DEBIT, gettext("Tiền ra")),
        ]
        form.account_id.choices = [("", gettext("Mọi tài khoản"))] + [
            (str(account.id), account.number) for account in accounts(session)
        ]
        form.state.data = form.state.data or WAITING
        form.account_id.data = form.account_id.data or ""
        return form

    def wanted(self) -> LineFilter:
        """What was asked for."""
        is_open, side = ASKED[self.state.data]
        return LineFilter(
            account_id=id_of(self.account_id.data) if self.account_id.data else None,
            is_open=is_open,
            side=side,
            first=self.first.day,
            last=self.last.day,
            words=self.words.data or "",
            after=dated_place(),
            at_most=one_more(),
        )

    def is_narrowed(self) -> bool:
        """Whether it asks for less than the page shows by itself."""
        asked = (self.words, self.account_id, self.first, self.last)
        return any(field.data for field in asked) or self.state.data != WAITING


@bp.get("/")
@requires(Permission.BANK_VIEW)
def index(slug: str) -> ResponseReturnValue:
    """What waits in suspense, the accounts, and the latest statements."""
    with reading() as session:
        form = FindLinesForm.for_branch(session)
        is_right = form.validate()
        found = lines(session, form.wanted()) if is_right else []
        page = render_template(
            "portal/bank/index.html",
            form=form,
            lines=part(found, place_of_line) if is_right else None,
            accounts=accounts(session),
            sentence=told(open_money(session)),
            statements=statements(session, at_most=5),
            has_cards=takes_cards() or has_payments(session),
        )
        return page, 200 if is_right else STATUS["invalid"]


def takes_cards() -> bool:
    """Whether somebody takes cards for us."""
    return current_app.extensions["card_payments"] is not None


def place_of_line(line: LineView) -> str:
    """Where the list goes on after a line."""
    return dated_cursor(line.day, line.id)


def told(waiting: OpenMoney) -> str:
    """The line below the heading: how much waits for somebody to say whose it is."""
    if not waiting.count:
        return gettext("Mọi dòng sao kê đã rõ là khoản gì.")
    count = ngettext(
        "%(num)s dòng đang chờ xác định", "%(num)s dòng đang chờ xác định", waiting.count
    )
    ways = {
        gettext("tiền vào %(amount)s", amount=money(waiting.credited)): waiting.credited,
        gettext("tiền ra %(amount)s", amount=money(waiting.debited)): waiting.debited,
    }
    return f"{count}: {', '.join(way for way, amount in ways.items() if amount)}."
