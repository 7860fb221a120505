"""When too many card payments were begun, who proves a mailbox may still begin one."""

from uuid import UUID

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from app.branches.queries import get_branch
from app.giving.card_links import send_card_link
from app.giving.queries import get_offer
from app.kernel.errors import TooMany
from app.public.giving import guard
from app.public.giving.blueprint import bp
from app.public.giving.card_forms import MailboxForm
from app.public.giving.tickets import kept_or_new, taken_ticket
from app.public.projections import PublicScope
from app.public.way_back import way_back
from app.web.access import open_to_all
from app.web.limits import client_address
from app.web.transactions import reading, unit_of_work


@bp.route("/<uuid:offer_id>/the/hop-thu", methods=["GET", "POST"])
@open_to_all
def prove(slug: str, offer_id: UUID) -> ResponseReturnValue:
    """Where the link shall go; sent, it is mailed, as often as one person can want it."""
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
        offer = get_offer(session, offer_id)
    if current_app.extensions["card_payments"] is None or branch.closed_on:
        return redirect(url_for(".show", slug=slug, offer_id=offer_id), 303)
    form = MailboxForm(email=offer.email)
    if form.validate_on_submit():
        email = form.email.data or ""
        with form.reporting_errors():
            taken_ticket(form.ticket.data, offer_id)
            try:
                guard.count_link(client_address(), email)
            except TooMany:
                told = gettext("Đã xin nhiều lần. Hãy xem hộp thư, đợi nửa giờ, hoặc chuyển khoản.")
                form.email.errors = [told]
                form.status = 429
            else:
                with unit_of_work(PublicScope(slug)) as session:
                    send_card_link(session, offer_id, email, locale=str(get_locale()))
                return redirect(url_for(".proof_sent", slug=slug, offer_id=offer_id), 303)
    form.ticket.data = kept_or_new(form.ticket.data, offer_id)
    page = render_template(
        "public/giving/prove.html",
        branch=branch,
        offer=offer,
        form=form,
        way_back=way_back(branch),
    )
    return page, form.status


@bp.get("/<uuid:offer_id>/the/hop-thu/da-gui")
@open_to_all
def proof_sent(slug: str, offer_id: UUID) -> str:
    """What to do now."""
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
        offer = get_offer(session, offer_id)
    return render_template(
        "public/giving/proof_sent.html", branch=branch, offer=offer, way_back=way_back(branch)
    )
