"""Saying what one wishes to give."""

from flask import redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.banking.queries import account_for_gifts
from app.branches.queries import get_branch
from app.giving.commands import Way
from app.giving.service import make_offer
from app.public.giving.blueprint import bp
from app.public.giving.forms import OfferForm
from app.public.projections import PublicScope
from app.public.way_back import way_back
from app.web.access import open_to_all
from app.web.transactions import reading, unit_of_work

# What most people give by transfer (domain.md §12); any other amount is as welcome.
SUGGESTED = (50_000, 100_000, 200_000, 500_000, 1_000_000)
# The offers of this browser: it alone may fetch their receipts here.
OFFERS, AT_MOST = "offers", 20


@bp.route("", methods=["GET", "POST"])
@open_to_all
def new(slug: str) -> ResponseReturnValue:
    """The form of an offer; ?dot= names the drive one comes from. Sent, it leads to the payment."""
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
        account = None if branch.closed_on else account_for_gifts(session)
        if account is None:
            return render_template(
                "public/giving/closed.html", branch=branch, way_back=way_back(branch)
            )
        form = OfferForm.for_branch(session, ways(), request.args.get("dot", ""))
        is_right = form.validate_on_submit()
    if is_right:
        with form.reporting_errors():
            with unit_of_work(PublicScope(slug)) as session:
                made = make_offer(session, form.command())
            browser[OFFERS] = [*browser.get(OFFERS, []), str(made.id)][-AT_MOST:]
            return redirect(url_for("giving.show", slug=slug, offer_id=made.id), 303)
    page = render_template(
        "public/giving/new.html",
        branch=branch,
        form=form,
        suggested=SUGGESTED,
        way_back=way_back(branch),
    )
    return page, form.status


def ways() -> list[tuple[str, str]]:
    """The ways in which money can come, as the form offers them."""
    return [(Way.TRANSFER.value, gettext("Chuyển khoản, quét mã VietQR"))]
