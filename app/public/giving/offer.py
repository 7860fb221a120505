"""An offer: how to pay it, and whether its money has come."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.banking.banks import bank_named
from app.banking.queries import AccountView, account_for_gifts
from app.branches.queries import get_branch
from app.giving.queries import OfferView, get_offer, gifts_of_offer
from app.giving.vietqr import Payee, dynamic_payload, qr_svg
from app.public.giving.blueprint import bp
from app.public.projections import PublicScope
from app.public.way_back import way_back
from app.web.access import open_to_all
from app.web.errors import is_for_part
from app.web.transactions import reading


@bp.get("/<uuid:offer_id>")
@open_to_all
def show(slug: str, offer_id: UUID) -> ResponseReturnValue:
    """The code to pay by, and what has come; an open page asks for that part alone."""
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
        offer = get_offer(session, offer_id)
        gifts = [gift for gift in gifts_of_offer(session, offer_id) if not gift.is_reversed]
        account = account_for_gifts(session)
    shown = {"branch": branch, "offer": offer, "gifts": gifts}
    if is_for_part():
        return render_template("public/giving/_state.html", **shown)
    return render_template(
        "public/giving/show.html",
        **shown,
        way_back=way_back(branch),
        account=account,
        bank=bank_named(account.bank) if account else None,
        qr=square_code(account, offer) if account else "",
    )


def square_code(account: AccountView, offer: OfferView) -> Markup:
    """The code by which a bank's app pays just this offer."""
    payee = Payee(account.bank, account.number)
    # Drawn from digits and capitals alone: nothing that anybody typed is in it.
    return Markup(qr_svg(dynamic_payload(payee, offer.amount, offer.code)))  # noqa: S704
