"""The city's desk: accounts of branches below that ask to be verified."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.permissions import Permission
from app.banking.banks import BANKS
from app.banking.queries import accounts_below
from app.banking.service import verify_bank_account
from app.portal.bank.blueprint import bp
from app.web.access import requires
from app.web.forms import BaseForm
from app.web.transactions import reading, unit_of_work


class VerifyForm(BaseForm):
    """Nothing to type: who sends it has compared the account with the branch's letter."""


@bp.get("/xac-nhan")
@requires(Permission.BANK_ACCOUNTS_VERIFY)
def to_verify(slug: str) -> ResponseReturnValue:
    """Accounts that wait, then those that were verified."""
    with reading() as session:
        found = accounts_below(session)
    return render_template(
        "portal/bank/to_verify.html",
        waiting=[each for each in found if each.verified_on is None],
        verified=[each for each in found if each.verified_on is not None],
        banks=BANKS,
        form=VerifyForm(),
    )


@bp.post("/xac-nhan/<uuid:owner_id>/<uuid:account_id>")
@requires(Permission.BANK_ACCOUNTS_VERIFY)
def verify(slug: str, owner_id: UUID, account_id: UUID) -> ResponseReturnValue:
    """Say that an account is the branch's own.

    Raises:
        NotFound: absent, not below, or this is not the top of the tree.
    """
    with unit_of_work() as session:
        if verify_bank_account(session, owner_id, account_id):
            flash(
                gettext("Đã xác nhận. Trang của đơn vị nay mời ủng hộ vào tài khoản này."), "good"
            )
    return redirect(url_for(".to_verify", slug=slug), 303)
