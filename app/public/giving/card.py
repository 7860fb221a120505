"""Paying an offer by card: what is chosen here is paid on the provider's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from flask import current_app, redirect, render_template, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from app.branches.queries import BranchView, get_branch
from app.giving.card_orders import WaysBack, Words, order_of, plan_of_offer
from app.giving.queries import OfferView, get_offer
from app.kernel.errors import Conflict, Invalid, NotFound, TooMany, marked
from app.payments.commands import PreparePayment, Price
from app.payments.currencies import DONG
from app.payments.gateway import PaymentOrder, PaymentProvider, ProviderRefused, Started
from app.payments.plans import note_plan_started, prepare_plan
from app.payments.queries import get_payment
from app.payments.rates import RateView, current_rates
from app.payments.rules import priced
from app.payments.service import note_started, prepare_payment
from app.payments.states import PaymentState, PlanState
from app.public.giving import guard
from app.public.giving.blueprint import bp
from app.public.giving.card_forms import MONTHLY, CardForm, rate_written, written
from app.public.giving.tickets import Ticket, kept_or_new, ripens_in, taken_ticket
from app.public.projections import PublicScope
from app.public.way_back import way_back
from app.web.access import open_to_all
from app.web.limits import client_address
from app.web.transactions import reading, unit_of_work

log = structlog.get_logger()

# What this browser proved, and for which offer: [offer, proof].
PROOF: Final = "card_proof"
# Whom the provider leads back without a payment: ?the=chua-tra.
UNPAID: Final = "chua-tra"
REFUSED: Final = marked(
    "Cổng thanh toán thẻ không nhận lượt này. Hãy điền lại từ trang ủng hộ, hoặc chuyển khoản."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose to pay for an offer, and under which id."""

    offer: OfferView
    id: UUID
    price: Price
    is_monthly: bool
    slug: str

    @property
    def command(self) -> PreparePayment:
        """The payment, or the plan, to be noted."""
        return PreparePayment(
            id=self.id, offer_id=self.offer.id, fund_id=self.offer.fund_id, price=self.price
        )


@bp.route("/<uuid:offer_id>/the", methods=["GET", "POST"])
@open_to_all
def card(slug: str, offer_id: UUID) -> ResponseReturnValue:
    """How an offer is to be paid by card; sent, it leads to the provider's page."""
    with reading(PublicScope(slug)) as session:
        branch = get_branch(session, slug)
        offer = get_offer(session, offer_id)
        rates = current_rates(session)
    if taker() is None or branch.closed_on:
        return redirect(url_for(".show", slug=slug, offer_id=offer_id), 303)
    form = CardForm.for_offer(offer, rates)
    price = None
    if form.validate_on_submit():
        with form.reporting_errors():
            ticket = taken_ticket(form.ticket.data, offer_id)
            price = form.price(offer, {rate.currency: rate for rate in rates})
            if form.was_seen(price):
                return begun(choice_of(form, ticket, offer, price, slug=slug))
    elif not form.is_submitted() and not guard.is_open(asker(offer)):
        return redirect(url_for(".prove", slug=slug, offer_id=offer_id), 303)
    form.ticket.data = kept_or_new(form.ticket.data, offer_id)
    return page_of(branch, offer, form, rates, price=price), form.status


def choice_of(
    form: CardForm, ticket: Ticket, offer: OfferView, price: Price, *, slug: str
) -> Choice:
    """What was chosen. A plan that was begun for the offer keeps its id: there is one at most."""
    is_monthly = form.often.data == MONTHLY
    with reading(PublicScope(slug)) as session:
        plan = plan_of_offer(session, offer.id) if is_monthly else None
    return Choice(offer, plan.id if plan else ticket.id, price, is_monthly, slug)


def begun(choice: Choice) -> ResponseReturnValue:
    """Begin what was chosen, once however often it is sent, and lead to where it is paid.

    Raises:
        Conflict: it was sent before with other content, or the provider will never take it.
        ProviderAway: the provider does not answer; sent again it goes on.
    """
    offer_id, slug = choice.offer.id, choice.slug
    is_over = state_of(choice)
    try:
        if is_over is None:
            guard.count_start(asker(choice.offer), choice.id)
        else:
            guard.REPEATS.take(str(choice.id))
    except TooMany:
        return redirect(url_for(".prove", slug=slug, offer_id=offer_id), 303)
    if is_over:
        return redirect(url_for(".show", slug=slug, offer_id=offer_id), 303)
    url = started(choice).url
    if url is None:
        return redirect(url_for(".show", slug=slug, offer_id=offer_id), 303)
    # form-action 'self' of our content policy, which we keep, forbids that a form which was sent
    # is redirected to another origin. So a page of ours leads on, by itself and by a link.
    return render_template(
        "public/giving/leave.html", url=url, price=choice.price, lines=lines_of(choice.price)
    )


def state_of(choice: Choice) -> bool | None:
    """None: never begun. Otherwise whether it is over, so that nothing is left to be paid."""
    try:
        with reading(PublicScope(choice.slug)) as session:
            if not choice.is_monthly:
                return get_payment(session, choice.id).state is PaymentState.SUCCEEDED
            plan = plan_of_offer(session, choice.offer.id)
    except NotFound:
        return None
    return plan.state is not PlanState.PREPARED if plan else None


def started(choice: Choice) -> Started:
    """Note it, have the provider open its page, note that: nothing is paid of which we know not."""
    provider = taker()
    if provider is None:
        raise Conflict(REFUSED)
    scope = PublicScope(choice.slug)
    with unit_of_work(scope) as session:
        if choice.is_monthly:
            prepare_plan(session, provider.name, choice.command)
        else:
            prepare_payment(session, provider.name, choice.command)
    opened = opened_by(provider, order(choice), is_monthly=choice.is_monthly)
    note = note_plan_started if choice.is_monthly else note_started
    with unit_of_work(scope) as session:
        note(session, provider.name, choice.id, opened)
    return opened


def opened_by(provider: PaymentProvider, order: PaymentOrder, *, is_monthly: bool) -> Started:
    """The provider's page for an order."""
    try:
        return provider.start_plan(order) if is_monthly else provider.start(order)
    except ProviderRefused as error:
        log.warning("card_start_refused", subject_id=str(order.id), code=str(error))
        raise Conflict(REFUSED) from error


def order(choice: Choice) -> PaymentOrder:
    """What the provider is asked for, in the language of the offer."""
    offer = choice.offer
    public_url = current_app.extensions["settings"].public_url
    with force_locale(offer.locale):
        words = Words(
            gift=gettext("Ủng hộ %(what)s", what=offer.drive_name or offer.fund_name),
            fee=gettext("Phí thẻ"),
        )
    back = public_url + url_for(".show", slug=choice.slug, offer_id=offer.id)
    ways = WaysBack(done=back, unpaid=f"{back}?the={UNPAID}")
    return order_of(offer, choice.id, choice.price, words=words, ways=ways)


def taker() -> PaymentProvider | None:
    """Who takes cards here, if anybody does."""
    provider: PaymentProvider | None = current_app.extensions["card_payments"]
    return provider


def asker(offer: OfferView) -> guard.Asker:
    """Who asks for this offer's card page."""
    of_offer, proof = browser.get(PROOF, ("", None))
    proven = str(proof) if of_offer == str(offer.id) else None
    return guard.Asker(client_address(), offer.email, proven)


def lines_of(price: Price) -> list[tuple[str, str]]:
    """A price line by line: the gift, what is booked of it, the fee apart, and the sum."""
    fee = price.total_minor - price.gift_minor
    lines = [(gettext("Ủng hộ"), written(price.currency, price.gift_minor))]
    if price.rate is not None:
        lines += [
            (gettext("Ghi vào sổ và biên nhận"), written(DONG, price.amount)),
            (gettext("Tỷ giá"), f"1 {price.currency} = {rate_written(price.rate)}"),
        ]
    told = written(price.currency, fee) if fee else gettext("hội chịu")
    return [
        *lines,
        (gettext("Phí thẻ"), told),
        (gettext("Thẻ sẽ trả"), written(price.currency, price.total_minor)),
    ]


def page_of(
    branch: BranchView,
    offer: OfferView,
    form: CardForm,
    rates: Sequence[RateView],
    *,
    price: Price | None,
) -> str:
    """The form, with both sums beside the choice of the fee; with a price that is to be looked at.

    A price that was refused is not shown, nor one of an offer that is too small for cards.
    """
    try:
        with_fee = lines_of(priced(DONG, offer.amount, None, covers_fee=True))
    except Invalid:
        with_fee = []
    return render_template(
        "public/giving/card.html",
        branch=branch,
        offer=offer,
        form=form,
        rates=rates,
        with_fee=with_fee,
        review=lines_of(price) if price and not form.errors else [],
        ripens_in=ripens_in(form.ticket.data),
        way_back=way_back(branch),
    )
