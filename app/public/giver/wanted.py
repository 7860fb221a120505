"""Asking for the link to one's own page, by the e-mail that one gave with."""

from typing import Final

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext
from limits import RateLimitItemPerHour
from wtforms import StringField

from app.branches.queries import get_branch
from app.giving.own_pages import send_links
from app.kernel.errors import TooMany, marked
from app.public.giver.blueprint import bp
from app.public.projections import PublicScope
from app.public.way_back import way_back
from app.web.access import open_to_all
from app.web.fields import CleanEmail, Required
from app.web.forms import BaseForm
from app.web.limits import Budget, client_address
from app.web.transactions import reading, unit_of_work

PER_ADDRESS: Final = Budget("own_page_address", RateLimitItemPerHour(10))
PER_MAILBOX: Final = Budget("own_page_mailbox", RateLimitItemPerHour(3))


class WantedForm(BaseForm):
    """Where the link is to be sent."""

    email = StringField(
        lazy_gettext("Thư điện tử"),
        [CleanEmail(), Required(marked("Nhập thư điện tử bạn đã dùng khi ủng hộ."))],
    )


@bp.route("/q/<slug>/ung-ho/duong-dan", methods=["GET", "POST"])
@open_to_all
def want(slug: str) -> ResponseReturnValue:
    """Send the link to whoever gave with that e-mail; the answer never tells whether any did."""
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
    form = WantedForm()
    if form.validate_on_submit():
        email = form.email.data or ""
        try:
            PER_ADDRESS.take(client_address())
            PER_MAILBOX.take(email)
        except TooMany:
            form.email.errors = [gettext("Đã xin nhiều lần. Hãy xem hộp thư, hoặc thử lại sau.")]
            form.status = 429
        else:
            with unit_of_work(PublicScope(slug)) as session:
                send_links(session, email, locale=str(get_locale()))
            return redirect(url_for(".sent", slug=slug), 303)
    page = render_template(
        "public/giver/want.html", branch=branch, form=form, way_back=way_back(branch)
    )
    return page, form.status


@bp.get("/q/<slug>/ung-ho/duong-dan/da-gui")
@open_to_all
def sent(slug: str) -> str:
    """What to do now."""
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
    return render_template("public/giver/sent.html", branch=branch, way_back=way_back(branch))
