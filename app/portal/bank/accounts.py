"""The branch's accounts: entered here, verified by the city, closed here."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from app.accounts.permissions import Permission
from app.banking.banks import BANKS, USUAL, bank_named
from app.banking.commands import OpenBankAccount
from app.banking.queries import get_account
from app.banking.service import close_bank_account, open_bank_account
from app.kernel.clock import today
from app.kernel.errors import marked
from app.portal.bank.blueprint import bp
from app.web.access import requires
from app.web.fields import CleanName, ClientIdField, Required
from app.web.forms import BaseForm
from app.web.transactions import reading, unit_of_work

SHORTEST, LONGEST = 4, 19


class OpenAccountForm(BaseForm):
    """An account that the branch holds; `id` is made when the form is opened."""

    id = ClientIdField()
    bank = SelectField(
        lazy_gettext("Ngân hàng"),
        [Required(marked("Chọn ngân hàng."))],
        invalid_choice_message=lazy_gettext("Chọn một ngân hàng trong danh sách."),
    )
    number = StringField(
        lazy_gettext("Số tài khoản"), [Required(marked("Nhập số tài khoản, ví dụ 0011004123456."))]
    )
    holder = StringField(
        lazy_gettext("Tên chủ tài khoản"),
        [CleanName(), Required(marked("Nhập tên chủ tài khoản đúng như ngân hàng ghi."))],
        description=lazy_gettext("Đúng như ngân hàng ghi: người chuyển tiền so tên này."),
    )

    @classmethod
    def empty(cls) -> "OpenAccountForm":
        """A form with all banks, those that branches use most first."""
        form = cls()
        order = [*USUAL, *(number for number in BANKS if number not in USUAL)]
        form.bank.choices = [("", gettext("Chọn ngân hàng"))] + [
            (number, f"{BANKS[number].short_name} · {BANKS[number].name}") for number in order
        ]
        return form

    def validate_number(self, field: StringField) -> None:
        """Digits and capital letters, as banks give them; spaces and points are left out."""
        number = "".join(sign for sign in (field.data or "").upper() if sign not in " .-\u00a0")
        is_one = number.isascii() and number.isalnum() and SHORTEST <= len(number) <= LONGEST
        if not is_one and not field.errors:
            raise ValidationError(gettext("Số tài khoản gồm 4 đến 19 chữ số hoặc chữ cái."))
        field.data = number

    def command(self) -> OpenBankAccount:
        """The account as it was typed."""
        if self.id.id_value is None:
            raise ValueError(self.errors)
        return OpenBankAccount(
            id=self.id.id_value,
            bank=self.bank.data,
            number=self.number.data or "",
            holder=self.holder.data or "",
            opened_on=today(),
        )


class CloseAccountForm(BaseForm):
    """Nothing to type: what closing means stands on the page."""


@bp.route("/tai-khoan", methods=["GET", "POST"])
@requires(Permission.BANK_RECORD)
def open_account(slug: str) -> ResponseReturnValue:
    """Enter an account; donors are asked to pay into it once the city has verified it."""
    form = OpenAccountForm.empty()
    if form.validate_on_submit():
        with form.reporting_errors(), unit_of_work() as session:
            open_bank_account(session, form.command())
            flash(gettext("Đã ghi tài khoản. Hội cấp thành phố sẽ xem và xác nhận."), "good")
            return redirect(url_for(".index", slug=slug), 303)
    return render_template("portal/bank/open_account.html", form=form), form.status


@bp.route("/tai-khoan/<uuid:account_id>", methods=["GET", "POST"])
@requires(Permission.BANK_RECORD)
def account(slug: str, account_id: UUID) -> ResponseReturnValue:
    """One account: what donors see of it, and how it is closed."""
    with reading() as session:
        shown = get_account(session, account_id)
    form = CloseAccountForm()
    if form.validate_on_submit():
        with unit_of_work() as session:
            if close_bank_account(session, account_id):
                flash(gettext("Đã đóng tài khoản: không ai được mời chuyển vào đó nữa."), "good")
        return redirect(url_for(".index", slug=slug), 303)
    page = render_template(
        "portal/bank/account.html", form=form, account=shown, bank=bank_named(shown.bank)
    )
    return page, form.status
