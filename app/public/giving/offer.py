"""An offer: how to pay it, and whether its money has come."""

from typing import Final
from uuid import UUID

from flask import render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from app.banking.banks import bank_named
from app.banking.queries import AccountView, account_for_gifts
from app.branches.queries import get_branch
from app.donors.commands import ANONYMOUS_NAME
from app.giving.card_orders import card_standing
from app.giving.commands import Way
from app.giving.matching import purpose_of
from app.giving.queries import OfferView, get_offer, gifts_of_offer
from app.giving.vietqr import Payee, dynamic_payload, qr_svg
from app.kernel.clock import today
from app.public.giving.blueprint import bp
from app.public.giving.card import UNPAID, taker
from app.public.projections import PublicScope
from app.public.way_back import way_back
from app.web.access import open_to_all
from app.web.errors import is_for_part
from app.web.filters import money
from app.web.transactions import reading

# The offers of this browser: it alone is told here what was typed of the giver.
OFFERS: Final = "offers"


@bp.get("/<uuid:offer_id>")
@open_to_all
def show(slug: str, offer_id: UUID) -> ResponseReturnValue:
    """What has come, and the code by which the rest is paid; an open page asks for that alone.

    ?the=chua-tra: the provider led back who did not pay. It chooses words for money that has not
    come, and never says that any came.
    """
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
        offer = get_offer(session, offer_id)
        gifts = [gift for gift in gifts_of_offer(session, offer_id) if not gift.is_reversed]
        card = card_standing(session, offer_id) if offer.way == Way.CARD else None
        account = account_for_gifts(session)
    plan = card.plan if card else None
    # What came by card is all that was paid there, be it counted in another currency.
    rest = 0 if card and gifts else max(offer.amount - offer.received, 0)
    page = "_state.html" if is_for_part() else "show.html"
    return render_template(
        f"public/giving/{page}",
        branch=branch,
        offer=offer,
        gifts=gifts,
        card=card,
        next_on=plan.next_on(today()) if plan else None,
        takes_cards=taker() is not None and not branch.closed_on,
        rest=rest,
        facts=facts_of(offer),
        is_unpaid=request.args.get("the") == UNPAID,
        account=account,
        bank=bank_named(account.bank) if account else None,
        qr=square_code(account, offer, rest) if account and rest else "",
        way_back=way_back(branch),
    )


def facts_of(offer: OfferView) -> list[tuple[str, str]]:
    """What the receipt will say; of people only to the browser that told it."""
    is_own = str(offer.id) in browser.get(OFFERS, [])
    purpose = purpose_of(offer) if is_own else offer.drive_name
    facts = [(gettext("Vào quỹ"), offer.fund_name)]
    if purpose:
        facts.append((gettext("Nội dung trên biên nhận"), purpose))
    if is_own:
        facts.append((gettext("Tên trên biên nhận"), offer.donor_name or ANONYMOUS_NAME))
    return facts


def square_code(account: AccountView, offer: OfferView, amount: int) -> Markup:
    """The code by which a bank's app pays so much of just this offer."""
    payload = dynamic_payload(Payee(account.bank, account.number), amount, offer.code)
    told = gettext(
        "Mã VietQR chuyển %(amount)s với nội dung %(code)s", amount=money(amount), code=offer.code
    )
    # Drawn from digits and capitals; the title is escaped where it is set.
    return Markup(qr_svg(payload, told))  # noqa: S704
