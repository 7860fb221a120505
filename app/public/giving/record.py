"""Saying what one wishes to give."""

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.banking.queries import account_for_gifts
from app.branches.queries import get_branch
from app.giving.commands import MakeOffer, Way
from app.giving.queries import get_offer
from app.giving.service import make_offer
from app.kernel.errors import Invalid, NotFound, TooMany, marked
from app.payments.currencies import DONG, refuse_unfit
from app.public.giving import guard
from app.public.giving.blueprint import bp
from app.public.giving.card import taker
from app.public.giving.forms import OfferForm
from app.public.giving.offer import OFFERS
from app.public.projections import PublicScope
from app.public.way_back import way_back
from app.web.access import open_to_all
from app.web.limits import client_address
from app.web.transactions import reading, unit_of_work

# What most people give by transfer (domain.md §12); any other amount is as welcome.
SUGGESTED = (50_000, 100_000, 200_000, 500_000, 1_000_000)
# So many offers of one browser are kept.
AT_MOST: Final = 20
NO_CARDS: Final = marked("Hội chưa nhận thẻ ở đây. Hãy chọn chuyển khoản.")
SO_MANY: Final = marked(
    "Từ mạng này vừa có rất nhiều lượt ủng hộ. Hãy đợi ít lâu rồi gửi lại;"
    " những gì đã nhập vẫn còn."
)


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
            try:
                return made(slug, form.command())
            except TooMany:
                form.form_errors.append(gettext(SO_MANY))
                form.status = 429
    page = render_template(
        "public/giving/new.html",
        branch=branch,
        form=form,
        suggested=SUGGESTED,
        way_back=way_back(branch),
    )
    return page, form.status


def made(slug: str, command: MakeOffer) -> ResponseReturnValue:
    """Note the offer and lead to where it is paid.

    Raises:
        Invalid: cards are not taken here, or not for so little, or what make_offer refuses.
        TooMany: so many offers come from there that no people make them; one sent again is free.
    """
    is_by_card = command.way is Way.CARD
    if is_by_card and taker() is None:
        raise Invalid("way", NO_CARDS)
    if is_by_card:
        refuse_unfit(DONG, command.amount)
    if not is_known(slug, command):
        guard.count_offer(client_address())
    with unit_of_work(PublicScope(slug)) as session:
        offer = make_offer(session, command)
    browser[OFFERS] = [*browser.get(OFFERS, []), str(offer.id)][-AT_MOST:]
    place = "giving.card" if is_by_card else "giving.show"
    return redirect(url_for(place, slug=slug, offer_id=offer.id), 303)


def is_known(slug: str, command: MakeOffer) -> bool:
    """Whether this offer was sent before."""
    try:
        with reading(PublicScope(slug)) as session:
            get_offer(session, command.id)
    except NotFound:
        return False
    return True


def ways() -> list[tuple[str, str, dict[str, Any]]]:
    """The ways in which money can come, as the form offers them; one that is off says so."""
    name = gettext("Thẻ quốc tế (Visa, Mastercard…)")
    by_card: tuple[str, str, dict[str, Any]] = (Way.CARD.value, name, {})
    if taker() is None:
        told = gettext("%(way)s: hội chưa nhận thẻ ở đây", way=name)
        by_card = (Way.CARD.value, told, {"disabled": True})
    return [(Way.TRANSFER.value, gettext("Chuyển khoản, quét mã VietQR"), {}), by_card]
