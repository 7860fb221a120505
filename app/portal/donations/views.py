"""Gifts: the list, the form, one gift with its receipt, taking it back."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Permission
from app.donations.queries import DonationFilter, donations, get_donation
from app.donations.service import record_donation
from app.portal.donations.forms import RecordDonationForm
from app.receipts.queries import receipt_of_donation
from app.web.access import requires
from app.web.transactions import reading, unit_of_work

bp = Blueprint("donations", __name__, url_prefix="/ung-ho")


@bp.get("/")
@requires(Permission.DONATIONS_VIEW)
def index(slug: str) -> ResponseReturnValue:
    """Gifts, newest first."""
    with reading() as session:
        listed = donations(session, DonationFilter())
        return render_template("portal/donations/index.html", donations=listed)


@bp.route("/ghi", methods=["GET", "POST"])
@requires(Permission.DONATIONS_RECORD)
def new(slug: str) -> ResponseReturnValue:
    """Record one gift."""
    with reading() as session:
        form = RecordDonationForm.for_branch(session)
    if form.validate_on_submit():
        with form.reporting_errors(), unit_of_work() as session:
            record_donation(session, form.command())
            return redirect(url_for(".show", slug=slug, donation_id=form.id.id_value), 303)
    return render_template("portal/donations/new.html", form=form), form.status


@bp.get("/<uuid:donation_id>")
@requires(Permission.DONATIONS_VIEW)
def show(slug: str, donation_id: UUID) -> ResponseReturnValue:
    """One gift: its receipt and what happened to it."""
    with reading() as session:
        gift = get_donation(session, donation_id)
        receipt = receipt_of_donation(session, donation_id)
        return render_template("portal/donations/show.html", gift=gift, receipt=receipt)


@bp.get("/<uuid:donation_id>/bien-nhan.pdf")
@requires(Permission.RECEIPTS_VIEW)
def receipt_pdf(slug: str, donation_id: UUID) -> ResponseReturnValue:
    """The receipt's paper, once the worker has made it."""
    with reading() as session:
        receipt = receipt_of_donation(session, get_donation(session, donation_id).id)
    paper = current_app.extensions["files"].read(receipt.digests["original"])
    return current_app.response_class(paper, mimetype="application/pdf")
