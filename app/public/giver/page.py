"""The page itself: gifts, receipts, years, and what a giver may put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext
from limits import RateLimitItemPerHour
from sqlalchemy.orm import Session
from wtforms import StringField

from app.boards.queries import withdrawn_since
from app.branches.queries import BranchView, branch_of
from app.donations.queries import DonationFilter, DonationView, donations
from app.donors.commands import CorrectDonor, DonorKind, NewDonor
from app.donors.queries import DonorView, get_donor
from app.donors.service import correct_donor
from app.giving.links import Link, Opens
from app.giving.own_emails import wish_email
from app.giving.own_plans import plans_of
from app.giving.queries import covered_fees
from app.kernel.clock import today
from app.kernel.errors import NotFound, TooMany, marked
from app.public.giver.blueprint import bp, page_link, scope_of
from app.public.giver.plans import shown as shown_plan
from app.public.giver.wanted import PER_MAILBOX
from app.web.access import open_to_all
from app.web.fields import CleanEmail, CleanName, CleanPhone, CleanPrinted, Required
from app.web.forms import BaseForm
from app.web.limits import Budget
from app.web.transactions import reading, unit_of_work

AT_MOST = 500
WISHES: Final = Budget("own_page_email", RateLimitItemPerHour(3))
WISHED: Final = marked(
    "Đã gửi thư tới địa chỉ mới. Thư điện tử chỉ đổi khi bạn bấm xác nhận trong thư ấy, trong vòng"
    " một ngày. Hộp thư cũ cũng được báo."
)
NO_SUCH_YEAR: Final = marked("Không có tờ tổng hợp của năm này.")


@dataclass(frozen=True, slots=True)
class OwnGift:
    """A gift with the link to its receipt, and what was paid beside it for the card's fee."""

    gift: DonationView
    paper: str
    covered_fee: int


@dataclass(frozen=True, slots=True)
class OwnYear:
    """What was given in one year and not taken back, in đồng."""

    number: int
    amount: int
    gifts: Sequence[OwnGift]


class DetailsForm(BaseForm):
    """How a giver is called and reached from now on; receipts that were issued stay."""

    name = StringField(lazy_gettext("Tên"), [CleanName(), Required(marked("Nhập tên."))])
    address = StringField(lazy_gettext("Địa chỉ"), [CleanPrinted(300)])
    phone = StringField(lazy_gettext("Điện thoại"), [CleanPhone()])
    email = StringField(
        lazy_gettext("Thư điện tử"),
        [CleanEmail(), Required(marked("Nhập thư điện tử để còn nhận được đường dẫn."))],
    )

    def command(self, donor: DonorView) -> CorrectDonor:
        """The giver as typed, with the e-mail that is known: another one is only wished.

        Who told no name before is a person now that he tells one.
        """
        is_unnamed = donor.kind == DonorKind.ANONYMOUS
        told = NewDonor(
            kind=DonorKind.PERSON if is_unnamed else DonorKind(donor.kind),
            name=self.name.data or "",
            phone=self.phone.data,
            email=donor.email,
            address=self.address.data,
        )
        return CorrectDonor(donor.id, told)

    def may_wish(self, donor: DonorView) -> bool:
        """Whether nothing is said against the e-mail: another one may be wished a few times only.

        It counts as a try of the page and of the mailbox, whomever that belongs to.
        """
        email = self.email.data or ""
        if email == donor.email:
            return True
        try:
            WISHES.take(str(donor.id))
            PER_MAILBOX.take(email)
        except TooMany:
            self.email.errors = [gettext("Đã xin nhiều lần. Hãy xem hộp thư, hoặc thử lại sau.")]
            self.status = 429
            return False
        return True


@bp.route("/trang-cua-toi/<token>", methods=["GET", "POST"])
@open_to_all
def show(token: str) -> ResponseReturnValue:
    """What one has given here, year by year; sent, it puts the giver's details right.

    Raises:
        NotFound: the link opens nothing, or no longer.
    """
    link = page_link(token)
    with reading(scope_of(link)) as session:
        donor = get_donor(session, link.subject_id)
        form = DetailsForm(obj=donor)
        shown = {
            "branch": branch_of(session, link.home),
            "years": years_of(session, link),
            "withdrawn_at": withdrawn_since(session, donor.id),
            "plans": [shown_plan(plan) for plan in plans_of(session, donor.id)],
        }
    if form.validate_on_submit() and form.may_wish(donor):
        with form.reporting_errors(), unit_of_work(scope_of(link)) as session:
            put_right(session, donor, form)
            return redirect(url_for(".show", token=token), 303)
    page = render_template(
        "public/giver/show.html", form=form, donor=donor, token=token, until=link.until(), **shown
    )
    return page, form.status


def put_right(session: Session, donor: DonorView, form: DetailsForm) -> None:
    """Let the giver be as typed; another e-mail is only wished, by two letters."""
    if correct_donor(session, form.command(donor)):
        flash(gettext("Đã sửa thông tin của bạn."), "good")
    if form.email.data != donor.email:
        wish_email(session, donor.id, form.email.data or "", locale=str(get_locale()))
        flash(gettext(WISHED), "wait")


@bp.get("/trang-cua-toi/<token>/<int:year>")
@open_to_all
def year(token: str, year: int) -> ResponseReturnValue:
    """One year's gifts on a sheet to be printed.

    Raises:
        NotFound: the link opens nothing, or no longer; nothing was given in that year or before,
        or it is yet to come.
    """
    link = page_link(token)
    with reading(scope_of(link)) as session:
        donor = get_donor(session, link.subject_id)
        home: BranchView = branch_of(session, link.home)
        years = years_of(session, link)
    if not years or not years[-1].number <= year <= today().year:
        raise NotFound(NO_SUCH_YEAR)
    told = [each for each in years if each.number == year]
    return render_template(
        "public/giver/year.html", branch=home, donor=donor, year=year, told=told, token=token
    )


def years_of(session: Session, link: Link) -> Sequence[OwnYear]:
    """The giver's gifts by the year in which they were received, the newest first."""
    secret_key = current_app.extensions["settings"].secret_key
    wanted = DonationFilter(donor_id=link.subject_id, at_most=AT_MOST)
    fees = covered_fees(session, link.subject_id)
    found = [
        OwnGift(
            gift, f"/{Opens.RECEIPT}/{paper_of(link, gift).token(secret_key)}", fees.get(gift.id, 0)
        )
        for gift in donations(session, wanted)
    ]
    found.sort(key=lambda own: own.gift.received_on, reverse=True)
    return [
        OwnYear(
            number, sum(own.gift.amount for own in own_gifts if not own.gift.reversed_at), own_gifts
        )
        for number, own_gifts in (
            (number, list(group))
            for number, group in groupby(found, key=lambda own: own.gift.received_on.year)
        )
    ]


def paper_of(link: Link, gift: DonationView) -> Link:
    """The link to a gift's receipt, for who holds the link to its giver."""
    return Link(Opens.RECEIPT, link.home, gift.receipt_id)
