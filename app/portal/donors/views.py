"""Givers of the branch: found by name, and each with what was given."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import SearchField

from app.accounts.permissions import Permission
from app.donations.queries import DonationFilter, donations
from app.donors.queries import DonorView, get_donor, likely_same, search_donors
from app.portal.donations.listing import place_of
from app.portal.paging import ONE_MORE, dated_place, id_place, part
from app.web.access import requires
from app.web.errors import STATUS
from app.web.fields import CleanText
from app.web.filters import money, on
from app.web.forms import BaseForm
from app.web.transactions import reading

bp = Blueprint("donors", __name__, url_prefix="/nha-hao-tam")


class FindDonorsForm(BaseForm):
    """A part of a name; sent by GET."""

    class Meta:
        """Nothing is changed by asking."""

        csrf = False

    words = SearchField(
        lazy_gettext("Tìm theo tên"),
        [CleanText(100)],
        name="ten",
        description=lazy_gettext("Gõ không dấu cũng được: “thang hoa” tìm ra Thắng - Hoa."),
    )


@bp.get("/")
@requires(Permission.DONORS_VIEW)
def index(slug: str) -> ResponseReturnValue:
    """Givers in the order of the Vietnamese alphabet, all or those of a name."""
    form = FindDonorsForm(request.args)
    if not form.validate():
        page = render_template("portal/donors/index.html", form=form, donors=None)
        return page, STATUS["invalid"]
    with reading() as session:
        return render_template(
            "portal/donors/index.html",
            form=form,
            donors=part(
                search_donors(
                    session,
                    form.words.data or "",
                    after=place_in_alphabet(session),
                    at_most=ONE_MORE,
                ),
                lambda donor: str(donor.id),
            ),
        )


@bp.get("/<uuid:donor_id>")
@requires(Permission.DONORS_VIEW)
def show(slug: str, donor_id: UUID) -> ResponseReturnValue:
    """One giver: how to reach him, what was given, and who may be the same."""
    with reading() as session:
        donor = get_donor(session, donor_id)
        wanted = DonationFilter(donor_id=donor_id, after=dated_place(), at_most=ONE_MORE)
        return render_template(
            "portal/donors/show.html",
            donor=donor,
            figures=figures_of(donor),
            gifts=part(donations(session, wanted), place_of),
            twins=[twin for twin in likely_same(session, donor.name) if twin.id != donor_id],
        )


def place_in_alphabet(session: Session) -> tuple[str, UUID] | None:
    """Where the list goes on, after the giver that the cursor names.

    Raises:
        NotFound: the branch knows no such giver.
    """
    last_id = id_place()
    return (get_donor(session, last_id).sort_key, last_id) if last_id else None


def figures_of(donor: DonorView) -> list[dict[str, str]]:
    """What was given and not taken back, as the three figures of the page."""
    return [
        {"label": gettext("Số lần ủng hộ"), "figure": str(donor.gift_count)},
        {"label": gettext("Tổng trị giá"), "figure": money(donor.gift_total)},
        {"label": gettext("Lần gần nhất"), "figure": on(donor.last_gift_on) or "–"},
    ]
