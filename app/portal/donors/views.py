"""Givers of the branch: found by name, and each with what was given."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import SearchField, SelectField, StringField

from app.accounts.permissions import Permission
from app.donations.queries import DonationFilter, donations
from app.donors.commands import NAMED, CorrectDonor, DonorKind, NewDonor
from app.donors.queries import DonorView, get_donor, perhaps_same, search_donors
from app.donors.service import correct_donor
from app.kernel.errors import marked
from app.portal.donations.listing import place_of
from app.portal.paging import dated_place, id_place, one_more, part
from app.web.access import requires
from app.web.errors import STATUS
from app.web.fields import CleanEmail, CleanName, CleanPhone, CleanPrinted, CleanText, Required
from app.web.filters import money, on
from app.web.forms import BaseForm
from app.web.labels import label
from app.web.transactions import reading, unit_of_work

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


class CorrectDonorForm(BaseForm):
    """What a known giver is, how he is called and reached from now on."""

    kind = SelectField(
        lazy_gettext("Người ủng hộ là"),
        [Required(marked("Chọn loại người ủng hộ."))],
        invalid_choice_message=lazy_gettext("Chọn một loại người ủng hộ trong danh sách."),
        description=lazy_gettext("Các khoản đã ghi giữ nguyên nguồn lúc ghi."),
    )
    name = StringField(lazy_gettext("Tên"), [CleanName(), Required(marked("Nhập tên."))])
    address = StringField(lazy_gettext("Địa chỉ"), [CleanPrinted(300)])
    phone = StringField(lazy_gettext("Điện thoại"), [CleanPhone()])
    email = StringField(lazy_gettext("Thư điện tử"), [CleanEmail()])

    @classmethod
    def of(cls, donor: DonorView) -> "CorrectDonorForm":
        """A form that shows the giver. Nobody becomes unnamed who told a name."""
        form = cls(obj=donor)
        kinds = [kind for kind in DonorKind if kind in {donor.kind, *NAMED}]
        form.kind.choices = [(kind.value, label(kind.value)) for kind in kinds]
        return form

    def command(self, donor_id: UUID) -> CorrectDonor:
        """The giver as typed."""
        told = NewDonor(
            kind=DonorKind(self.kind.data),
            name=self.name.data or "",
            phone=self.phone.data,
            email=self.email.data,
            address=self.address.data,
        )
        return CorrectDonor(donor_id, told)


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
                    at_most=one_more(),
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
        wanted = DonationFilter(donor_id=donor_id, after=dated_place(), at_most=one_more())
        return render_template(
            "portal/donors/show.html",
            donor=donor,
            figures=figures_of(donor),
            gifts=part(donations(session, wanted), place_of),
            twins=perhaps_same(session, donor),
        )


@bp.route("/<uuid:donor_id>/sua", methods=["GET", "POST"])
@requires(Permission.DONATIONS_RECORD)
def correct(slug: str, donor_id: UUID) -> ResponseReturnValue:
    """Put a giver right; receipts keep what they were issued with."""
    with reading() as session:
        donor = get_donor(session, donor_id)
    form = CorrectDonorForm.of(donor)
    if form.validate_on_submit():
        with form.reporting_errors(), unit_of_work() as session:
            if correct_donor(session, form.command(donor_id)):
                flash(gettext("Đã sửa thông tin nhà hảo tâm."), "good")
            return redirect(url_for(".show", slug=slug, donor_id=donor_id), 303)
    return render_template("portal/donors/correct.html", form=form, donor=donor), form.status


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
