"""Saying that a line which only the bank's notice told is one that the statement tells too."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.permissions import Permission
from app.banking.queries import get_line
from app.giving.told_twice import say_told_twice
from app.portal.bank.blueprint import bp
from app.portal.bank.lines import page_of
from app.portal.bank.twin_form import TwinForm
from app.portal.paging import id_of
from app.web.access import requires
from app.web.transactions import reading, unit_of_work


@bp.post("/dong/<uuid:line_id>/cung-khoan")
@requires(Permission.BANK_RECORD)
def told_twice(slug: str, line_id: UUID) -> ResponseReturnValue:
    """Say that the line is one movement with a line of a statement."""
    with reading() as session:
        shown = get_line(session, line_id)
        form = TwinForm.for_line(session, shown)
        is_right = form.validate_on_submit()
    if is_right:
        with form.reporting_errors(), unit_of_work() as session:
            say_told_twice(session, shown.id, id_of(form.twin.data))
            flash(gettext("Đã ghi hai dòng là một khoản: số tiền nay chỉ tính một lần."), "good")
            return redirect(url_for(".line", slug=slug, line_id=line_id), 303)
    with reading() as session:
        return page_of(session, get_line(session, line_id), {"twin_form": form}), form.status
