"""A giver's monthly giving, as his own page shows it, and what he asks to be done with it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.kernel.errors import Conflict, NotFound, marked
from app.payments.gateway import PlanChange
from app.payments.plans import NONE_SUCH, PlanView, get_plan
from app.payments.states import PlanState

# A plan is his who is named as the giver of its gifts. The e-mail of its offer proves nothing: a
# giver may write any into his details.
PLANS: Final = """
    SELECT l.id FROM payment_plans l WHERE l.branch_id = current_branch() AND EXISTS (
      SELECT FROM payments p
      JOIN donations n ON (n.branch_id, n.id) = (p.branch_id, p.donation_id)
      WHERE (p.branch_id, p.plan_id) = (l.branch_id, l.id) AND n.donor_id = :donor)
    ORDER BY l.made_at DESC, l.id
"""
ALLOWED: Final = {
    PlanState.ACTIVE: (PlanChange.PAUSE, PlanChange.END),
    PlanState.PAUSED: (PlanChange.GO_ON, PlanChange.END),
    PlanState.FAILING: (PlanChange.PAUSE, PlanChange.END),
}
BECOMES: Final = {
    PlanChange.PAUSE: PlanState.PAUSED,
    PlanChange.GO_ON: PlanState.ACTIVE,
    PlanChange.END: PlanState.ENDED,
}
ASKED: Final = {
    PlanChange.PAUSE: "payment_plans.pause_asked",
    PlanChange.GO_ON: "payment_plans.continuation_asked",
    PlanChange.END: "payment_plans.end_asked",
}
NOT_NOW: Final = marked("Đăng ký hằng tháng này vừa đổi. Hãy xem lại trang.")


def plans_of(session: Session, donor_id: UUID) -> Sequence[PlanView]:
    """The plans of which a giver has given at least one month, the newest first."""
    found = session.scalars(text(PLANS), {"donor": donor_id}).all()
    return [get_plan(session, plan_id) for plan_id in found]


def plan_to_change(
    session: Session, donor_id: UUID, plan_id: UUID, change: PlanChange
) -> PlanView | None:
    """A giver's plan with which this may be done now; None when it is done already.

    Raises:
        NotFound: it is not his, or absent. Conflict: as it stands now that has no meaning.
    """
    found = [plan for plan in plans_of(session, donor_id) if plan.id == plan_id]
    if not found:
        raise NotFound(NONE_SUCH)
    if found[0].state is BECOMES[change]:
        return None
    if change not in ALLOWED.get(found[0].state, ()) or found[0].subscription_ref is None:
        raise Conflict(NOT_NOW)
    return found[0]


def note_asked(session: Session, plan_id: UUID, change: PlanChange) -> None:
    """Note that the giver asked for it, and the provider did it."""
    audit.record(session, ASKED[change], plan_id)
