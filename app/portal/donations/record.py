"""Recording a gift: the form, its giver found by name, and the receipt as it is going to be."""

from typing import Final

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.accounts.permissions import Permission
from app.donations.rules import costs_deduction
from app.donations.service import record_donation
from app.donors.queries import likely_same, search_donors
from app.kernel.text import looks_garbled
from app.portal.donations.blueprint import bp
from app.portal.donations.forms import RecordDonationForm
from app.portal.donations.picture import picture_of_form
from app.web.access import requires
from app.web.transactions import reading, unit_of_work

SHORTEST_SEARCH: Final = 2
LONGEST_SEARCH: Final = 200
AT_MOST: Final = 6


@bp.route("/ghi", methods=["GET", "POST"])
@requires(Permission.DONATIONS_RECORD)
def new(slug: str) -> ResponseReturnValue:
    """Record one gift, of the giver ?nguoi= when the branch knows him."""
    with reading() as session:
        form = RecordDonationForm.for_branch(session, request.args.get("nguoi", ""))
    if form.validate_on_submit():
        with form.reporting_errors(), unit_of_work() as session:
            record_donation(session, form.command())
            return redirect(url_for(".show", slug=slug, donation_id=form.id.id_value), 303)
    page = render_template(
        "portal/donations/new.html", form=form, is_swapped=False, **preview_of(form)
    )
    return page, form.status


@bp.get("/ghi/nguoi")
@requires(Permission.DONATIONS_RECORD)
def giver(slug: str) -> Response:
    """The part of the form about the giver: the known one ?nguoi=, or a new one."""
    with reading() as session:
        form = RecordDonationForm.for_branch(session, request.args.get("nguoi", ""))
    answer = make_response(
        render_template("portal/donations/_giver.html", form=form, is_swapped=True)
    )
    answer.headers["HX-Trigger-After-Swap"] = "giver-chosen"
    return answer


@bp.post("/ghi/goi-y")
@requires(Permission.DONATIONS_RECORD)
def suggestions(slug: str) -> str:
    """Givers the branch knows by such a name. A name is posted, so that no log keeps it."""
    typed = request.form.get("donor_name", "").strip()
    if not SHORTEST_SEARCH <= len(typed) <= LONGEST_SEARCH:
        return ""
    with reading() as session:
        same = likely_same(session, typed, at_most=AT_MOST)
        named = search_donors(session, typed, at_most=AT_MOST)
        found = {donor.id: donor for donor in (*same, *named)}
        asked = gettext("Có phải một trong những người này?")
        return render_template(
            "portal/donations/_suggestions.html",
            donors=list(found.values())[:AT_MOST],
            question=asked if same else gettext("Trong sổ của đơn vị có:"),
        )


@bp.post("/ghi/xem-truoc")
@requires(Permission.DONATIONS_RECORD)
def preview(slug: str) -> str:
    """The receipt that the form would make now; what cannot be read yet stays empty."""
    with reading() as session:
        form = RecordDonationForm.for_branch(session)
    return render_template("portal/donations/_preview.html", **preview_of(form))


def preview_of(form: RecordDonationForm) -> dict[str, object]:
    """What the preview shows: the picture, and what to think of before sending."""
    amount = form.amount.amount or 0
    kind = form.known.kind if form.known else form.donor_kind.data
    picture = picture_of_form(form, g.branch, current_user.name)
    return {
        "picture": picture,
        "is_costly_cash": costs_deduction(kind, form.method.data, amount),
        "is_garbled": looks_garbled(picture.donor_name),
    }
