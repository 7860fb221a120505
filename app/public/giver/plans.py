"""Monthly giving on a giver's own page: paused, gone on with, ended, whenever he likes."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from app.giving.links import Link
from app.giving.own_plans import ALLOWED, note_asked, plan_to_change
from app.kernel.clock import today
from app.kernel.errors import Conflict, marked
from app.payments.currencies import DONG
from app.payments.gateway import Handle, PaymentProvider, PlanChange, ProviderAway, ProviderRefused
from app.payments.inbox import ask_to_look
from app.payments.plans import PlanView, take_over_plan
from app.payments.references import Subject, SubjectKind
from app.public.giver.blueprint import bp, page_link, scope_of
from app.public.giving.card_forms import written
from app.web.access import open_to_all
from app.web.errors import told
from app.web.fields import ClientIdField
from app.web.forms import BaseForm
from app.web.transactions import reading, unit_of_work

DONE = {
    PlanChange.PAUSE: marked("Đã tạm ngừng. Thẻ không bị trừ cho đến khi bạn tiếp tục."),
    PlanChange.GO_ON: marked("Đã tiếp tục ủng hộ hằng tháng. Cảm ơn bạn!"),
    PlanChange.END: marked("Đã dừng hẳn. Cảm ơn bạn đã ủng hộ suốt thời gian qua!"),
}
NOT_DONE = marked("Cổng thanh toán không đổi được đăng ký này. Xin báo cho hội.")
WORDS = {
    "prepared": ("plain", marked("Chưa bắt đầu")),
    "active": ("good", marked("Đang ủng hộ")),
    "paused": ("wait", marked("Đang tạm ngừng")),
    "failing": ("void", marked("Tháng này chưa trừ được thẻ")),
    "ended": ("plain", marked("Đã dừng")),
}


class ChangeForm(BaseForm):
    """One button. Its id makes the provider do it once, however often it is sent."""

    id = ClientIdField()
    change = HiddenField()


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """A plan in words, with the id of its next change."""

    plan: PlanView
    kind: str
    word: str
    monthly: str
    next_on: str
    changes: tuple[PlanChange, ...]
    form: ChangeForm


def shown(plan: PlanView) -> OwnPlan:
    """A plan as the page tells it."""
    kind, word = WORDS[plan.state]
    next_on = plan.next_on(today())
    return OwnPlan(
        plan=plan,
        kind=kind,
        word=gettext(word),
        monthly=written(plan.currency, plan.total_minor)
        + (f" ({written(DONG, plan.amount)})" if plan.currency != DONG else ""),
        next_on=f"{next_on:%d/%m/%Y}" if next_on else "",
        changes=ALLOWED.get(plan.state, ()),
        form=ChangeForm(formdata=None),
    )


@bp.post("/trang-cua-toi/<token>/hang-thang/<uuid:plan_id>")
@open_to_all
def change_plan(token: str, plan_id: UUID) -> ResponseReturnValue:
    """Have the provider do what the giver asks, then show how the plan stands.

    Raises:
        NotFound: the link opens nothing any more, or the plan is not this giver's.
    """
    link, form = page_link(token), ChangeForm()
    if form.validate_on_submit() and form.change.data in set(PlanChange):
        change = PlanChange(form.change.data)
        try:
            do_change(link, plan_id, change, key=str(form.id.id_value))
            flash(gettext(DONE[change]), "good")
        except (Conflict, ProviderAway) as error:
            flash(told(error), "wait")
    return redirect(url_for(".show", token=token), 303)


def do_change(link: Link, plan_id: UUID, change: PlanChange, *, key: str) -> None:
    """Change it at the provider, outside of any transaction, and take over what that made of it.

    Raises:
        NotFound, Conflict: as plan_to_change. ProviderAway: it is not known whether it was done;
        sent again it is done once.
    """
    provider: PaymentProvider | None = current_app.extensions["card_payments"]
    with reading(scope_of(link)) as session:
        plan = plan_to_change(session, link.subject_id, plan_id, change)
    if plan is None:
        return
    if provider is None:
        raise ProviderAway
    try:
        provider.change_plan(plan.subscription_ref or "", change, f"{key}:{change}")
    except ProviderRefused as error:
        raise Conflict(NOT_DONE) from error
    handle = Handle(
        payment_id=plan.id, session_ref=plan.session_ref, intent_ref=plan.subscription_ref
    )
    picture = provider.look_at_plan(handle)
    with unit_of_work(scope_of(link)) as session:
        note_asked(session, plan.id, change)
        if picture is None:
            ask_to_look(session, Subject(SubjectKind.PLAN, plan.id, link.home))
        else:
            take_over_plan(session, provider.name, plan.id, picture)
