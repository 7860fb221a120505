"""Recording a gift: the form, its giver found by name, and the receipt as it is going to be."""

from typing import Final

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app import audit
from app.accounts.permissions import Permission
from app.donations.rules import costs_deduction
from app.donations.service import record_donation
from app.donors.commands import DonorKind
from app.donors.names import kind_told
from app.donors.queries import suggest_donors
from app.kernel.text import looks_garbled
from app.portal.donations.blueprint import bp
from app.portal.donations.forms import RecordDonationForm
from app.portal.donations.picture import picture_of_form
from app.portal.donations.question import ALREADY_THERE, ANOTHER
from app.web.access import requires
from app.web.transactions import reading, unit_of_work

SHORTEST_SEARCH: Final = 2
LONGEST_SEARCH: Final = 200


@bp.route("/ghi", methods=["GET", "POST"])
@requires(Permission.DONATIONS_RECORD)
def new(slug: str) -> ResponseReturnValue:
    """Record one gift, of the giver ?nguoi= when the branch knows him, much like the gift ?nhu=.

    What the book may hold already is asked about once before a receipt is numbered.
    """
    asked = request.args
    with reading() as session:
        form = RecordDonationForm.for_branch(session, asked.get("nguoi", ""), asked.get("nhu", ""))
        is_clear = form.validate_on_submit() and form.is_clear(session)
    if is_clear:
        with form.reporting_errors():
            return redirect(recorded(form, slug), 303)
    page = render_template(
        "portal/donations/new.html", form=form, is_swapped=False, **preview_of(form)
    )
    return page, form.status


def recorded(form: RecordDonationForm, slug: str) -> str:
    """Record the gift, unless it is in the book already; the address of its page, or of that one's.

    Raises:
        DomainError: as record_donation refuses.
    """
    if form.answer.data == ALREADY_THERE:
        there = form.found.gifts[:1]
        flash(gettext("Không ghi thêm: khoản này đã có trong sổ."), "info")
        return (
            url_for(".show", slug=slug, donation_id=there[0].id)
            if there
            else url_for(".index", slug=slug)
        )
    with unit_of_work() as session:
        gift = record_donation(session, form.command())
        if gift.is_new and form.answer.data == ANOTHER and form.found.ids:
            audit.record(session, "donations.told_apart", gift.id)
    number = f"{gift.series} · {gift.number:07d}"
    if gift.is_new:
        flash(gettext("Đã ghi vào sổ. Biên nhận số %(number)s.", number=number), "good")
    else:
        flash(gettext("Khoản này đã ghi từ trước. Biên nhận số %(number)s.", number=number), "info")
    return url_for(".show", slug=slug, donation_id=gift.id)


@bp.get("/ghi/nguoi")
@requires(Permission.DONATIONS_RECORD)
def giver(slug: str) -> Response:
    """The part of the form about the giver: the known one ?nguoi=, or a new one."""
    with reading() as session:
        form = RecordDonationForm.for_branch(session, request.args.get("nguoi", ""))
    answer = make_response(
        render_template(
            "portal/donations/_giver.html",
            form=form,
            is_swapped=True,
            told_kind=None,
            source=form.counted_under(),
        )
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
        found = suggest_donors(session, typed)
        return render_template("portal/donations/_suggestions.html", donors=found)


@bp.post("/ghi/xem-truoc")
@requires(Permission.DONATIONS_RECORD)
def preview(slug: str) -> str:
    """The receipt that the form would make now; what cannot be read yet stays empty."""
    with reading() as session:
        form = RecordDonationForm.for_branch(session)
    return render_template("portal/donations/_previewed.html", **preview_of(form))


def preview_of(form: RecordDonationForm) -> dict[str, object]:
    """What the preview shows: the picture, and what to think of before sending."""
    amount = form.amount.reading or 0
    kind = form.known.kind if form.known else form.donor_kind.data
    picture = picture_of_form(form, g.branch, current_user.name)
    return {
        "picture": picture,
        "is_costly_cash": costs_deduction(kind, form.method.data, amount),
        "is_garbled": looks_garbled(picture.donor_name),
        "told_kind": other_kind_told(form),
        "source": form.counted_under(),
    }


def other_kind_told(form: RecordDonationForm) -> str | None:
    """What kind of giver a new name tells, when the form says another: it decides the source."""
    told = kind_told(form.donor_name.data or "") if form.known is None else None
    chosen = form.donor_kind.data
    is_another = told is not None and chosen not in {told.value, DonorKind.ANONYMOUS.value}
    return told.value if told and is_another else None
