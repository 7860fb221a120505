"""Taking a gift back: what will happen is said first, and a reason asked for."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.permissions import Permission
from app.donations.queries import get_donation
from app.donations.service import reverse_donation
from app.portal.donations.blueprint import bp
from app.portal.donations.forms import ReverseDonationForm
from app.web.access import requires
from app.web.transactions import reading, unit_of_work


@bp.route("/<uuid:donation_id>/huy", methods=["GET", "POST"])
@requires(Permission.DONATIONS_REVERSE)
def reverse(slug: str, donation_id: UUID) -> ResponseReturnValue:
    """Reverse one gift; one that was reversed already is shown as it is."""
    form = ReverseDonationForm()
    there = url_for(".show", slug=slug, donation_id=donation_id)
    with reading() as session:
        gift = get_donation(session, donation_id)
    if gift.reversed_at and not form.is_submitted():
        return redirect(there, 303)
    if form.validate_on_submit():
        with form.reporting_errors(), unit_of_work() as session:
            reverse_donation(session, form.command(donation_id))
            flash(gettext("Đã huỷ khoản ủng hộ. Biên nhận giữ số và mang chữ ĐÃ HUỶ."), "void")
            return redirect(there, 303)
    return render_template("portal/donations/reverse.html", form=form, gift=gift), form.status
