"""The book of gifts: all of them or those asked for, with their sum."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.accounts.permissions import Permission
from app.donations.queries import DonationView, GiftSum, donations, sum_of
from app.portal.donations.blueprint import bp
from app.portal.donations.finding import FindDonationsForm
from app.portal.paging import dated_cursor, part
from app.web.access import requires
from app.web.errors import STATUS
from app.web.filters import money
from app.web.transactions import reading


@bp.get("/")
@requires(Permission.DONATIONS_VIEW)
def index(slug: str) -> ResponseReturnValue:
    """Gifts, newest first; what cannot be read in the filters is told at its field."""
    with reading() as session:
        form = FindDonationsForm.for_branch(session, request.args)
        if not form.validate():
            page = render_template("portal/donations/index.html", form=form, gifts=None)
            return page, STATUS["invalid"]
        wanted = form.filter()
        return render_template(
            "portal/donations/index.html",
            form=form,
            gifts=part(donations(session, wanted), place_of),
            sentence=told(sum_of(session, wanted), is_void=bool(wanted.is_reversed)),
        )


def place_of(gift: DonationView) -> str:
    """Where a gift stands in the book."""
    return dated_cursor(gift.received_on, gift.id)


def told(found: GiftSum, *, is_void: bool) -> str:
    """The sum of all that was found, on every part of the list together."""
    if is_void:
        return str(
            ngettext(
                "%(num)s khoản đã huỷ, %(amount)s, không được cộng vào sổ",
                "%(num)s khoản đã huỷ, %(amount)s, không được cộng vào sổ",
                found.gift_count,
                amount=money(found.amount),
            )
        )
    sentence = str(
        ngettext(
            "%(num)s lượt ủng hộ, %(amount)s",
            "%(num)s lượt ủng hộ, %(amount)s",
            found.gift_count,
            amount=money(found.money_amount),
        )
    )
    if not found.in_kind_amount:
        return sentence
    goods = gettext("và hiện vật trị giá %(amount)s", amount=money(found.in_kind_amount))
    return f"{sentence} {goods}"
