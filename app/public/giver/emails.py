"""The two mailed links about another e-mail: from the wished mailbox, and from the known one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.branches.queries import branch_of
from app.giving.links import Opens
from app.giving.own_emails import confirm_email, get_wish, keep_email, wish_to_confirm
from app.public.giver.blueprint import bp, link_of, scope_of
from app.web.access import open_to_all
from app.web.forms import BaseForm
from app.web.transactions import reading, unit_of_work


class AnswerForm(BaseForm):
    """A button: programs that look into mail open links, but press none."""


@bp.route("/xac-nhan-thu-dien-tu/<token>", methods=["GET", "POST"])
@open_to_all
def confirm(token: str) -> ResponseReturnValue:
    """A button; pressed, the e-mail that was wished is the giver's from now on.

    Raises:
        NotFound: the link opens nothing or no longer, or the e-mail was changed or kept since.
    """
    link = link_of(Opens.EMAIL_WISHED, token)
    with reading(scope_of(link)) as session:
        branch = branch_of(session, link.home)
        wish = wish_to_confirm(session, link.subject_id)
    form = AnswerForm()
    if form.validate_on_submit():
        with unit_of_work(scope_of(link)) as session:
            confirm_email(session, link.subject_id)
        flash(gettext("Đã đổi thư điện tử. Đường dẫn cũ không dùng được nữa."), "good")
        return redirect(url_for(".want", slug=branch.slug), 303)
    page = render_template("public/giver/confirm.html", branch=branch, wish=wish, form=form)
    return page, form.status


@bp.route("/giu-thu-dien-tu/<token>", methods=["GET", "POST"])
@open_to_all
def keep(token: str) -> ResponseReturnValue:
    """A button; pressed, the e-mail from before stays or comes back, and old links end.

    Raises:
        NotFound: the link opens nothing, or no longer.
    """
    link = link_of(Opens.EMAIL_KEPT, token)
    with reading(scope_of(link)) as session:
        branch = branch_of(session, link.home)
        get_wish(session, link.subject_id)
    form = AnswerForm()
    if form.validate_on_submit():
        with unit_of_work(scope_of(link)) as session:
            keep_email(session, link.subject_id)
        flash(gettext("Thư điện tử giữ như cũ. Đường dẫn cũ không dùng được nữa."), "good")
        return redirect(url_for(".want", slug=branch.slug), 303)
    page = render_template("public/giver/keep.html", branch=branch, form=form)
    return page, form.status
