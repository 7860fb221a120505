"""The mailed link that opens one offer's card page, once, while cards are open to few."""

import hashlib

from flask import redirect, render_template, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue

from app.branches.queries import branch_of
from app.giving.links import EXPIRED, Opens
from app.giving.queries import get_offer
from app.kernel.errors import NotFound, TooMany
from app.public.giver.blueprint import bp, link_of, scope_of
from app.public.giving.card import PROOF
from app.public.giving.guard import LINK_USED
from app.web.access import open_to_all
from app.web.forms import BaseForm
from app.web.transactions import reading


class OpenForm(BaseForm):
    """A button: programs that look into mail open links, but press none."""


@bp.route("/the-qua-thu/<token>", methods=["GET", "POST"])
@open_to_all
def card_link(token: str) -> ResponseReturnValue:
    """A button; pressed, it gives this browser the proof, and goes on to the card page.

    Raises:
        NotFound: the link opens nothing, was used, or its time is over.
    """
    link = link_of(Opens.CARD, token)
    with reading(scope_of(link)) as session:
        branch = branch_of(session, link.home)
        offer = get_offer(session, link.subject_id)
    form = OpenForm()
    if form.validate_on_submit():
        try:
            LINK_USED.take(token)
        except TooMany as error:
            raise NotFound(EXPIRED) from error
        browser[PROOF] = [str(offer.id), hashlib.sha256(token.encode()).hexdigest()]
        return redirect(url_for("giving.card", slug=branch.slug, offer_id=offer.id), 303)
    page = render_template("public/giver/card_link.html", branch=branch, offer=offer, form=form)
    return page, form.status
