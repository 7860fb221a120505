"""Monthly giving: each paid month is a gift; pause, failure and end are the provider's word."""

from datetime import date

from app.db.unit_of_work import reading, unit_of_work
from app.payments.gateway import PlanChange
from app.payments.plans import PlanView, get_plan, plan_handle, take_over_plan
from app.payments.states import PlanState
from config.local.cluster import Cluster
from tests.builders.branches import BranchAtHand
from tests.builders.cards import CardHouse, age, balances, gift_count
from tests.builders.consequences import drain_outbox
from tests.doubles.stripe import plans as at_stripe
from worker.tasks.payments import sweep


def plan_of(branch: BranchAtHand, plan_id: object) -> PlanView:
    """A plan as it stands."""
    with reading(branch.scope) as session:
        return get_plan(session, plan_id)  # type: ignore[arg-type]


def test_each_paid_month_is_a_gift_of_its_own(cards: CardHouse, a_branch: BranchAtHand) -> None:
    plan_id, subscription = cards.plan(a_branch)
    cards.tell()
    at_stripe.renew(cards.world, subscription)
    at_stripe.renew(cards.world, subscription)

    cards.tell(cards.world.events[::-1])
    cards.tell()

    assert plan_of(a_branch, plan_id).state is PlanState.ACTIVE
    assert gift_count(a_branch) == 3
    # A fee of 11.400 đ each month.
    assert balances(a_branch) == {"113": 265_800, "5111": -300_000, "642": 34_200}


def test_a_month_that_could_not_be_charged_leaves_nothing_in_the_book(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    plan_id, subscription = cards.plan(a_branch)
    at_stripe.renew(cards.world, subscription, is_paid=False)

    cards.tell()

    assert plan_of(a_branch, plan_id).state is PlanState.FAILING
    assert gift_count(a_branch) == 1


def test_a_pause_is_a_pause_once_the_provider_says_so(
    cards: CardHouse, a_branch: BranchAtHand
) -> None:
    plan_id, subscription = cards.plan(a_branch)
    cards.tell()

    cards.gateway.change_plan(subscription, PlanChange.PAUSE, f"{plan_id}:pause:1")
    before = plan_of(a_branch, plan_id)
    cards.tell()
    paused = plan_of(a_branch, plan_id)
    at_stripe.renew(cards.world, subscription)
    cards.gateway.change_plan(subscription, PlanChange.GO_ON, f"{plan_id}:go_on:1")
    at_stripe.renew(cards.world, subscription)
    cards.tell()

    assert before.state is PlanState.ACTIVE
    assert paused.state is PlanState.PAUSED
    assert paused.next_on(date(2026, 11, 24)) is None
    assert plan_of(a_branch, plan_id).state is PlanState.ACTIVE
    # The month that was paused was not charged.
    assert gift_count(a_branch) == 2


def test_what_has_ended_stays_so(cards: CardHouse, a_branch: BranchAtHand) -> None:
    plan_id, subscription = cards.plan(a_branch)
    with reading(a_branch.scope) as session:
        handle = plan_handle(session, plan_id)
    before = cards.gateway.look_at_plan(handle)
    assert before
    cards.gateway.change_plan(subscription, PlanChange.END, f"{plan_id}:end:1")
    cards.gateway.change_plan(subscription, PlanChange.END, f"{plan_id}:end:2")

    cards.tell(cards.world.events[::-1])
    with unit_of_work(a_branch.scope) as session:
        take_over_plan(session, "stripe", plan_id, before)
    drain_outbox()

    assert plan_of(a_branch, plan_id).state is PlanState.ENDED
    assert gift_count(a_branch) == 1


def test_a_month_that_nobody_told_is_found_by_the_sweep(
    cards: CardHouse, a_branch: BranchAtHand, cluster: Cluster
) -> None:
    plan_id, subscription = cards.plan(a_branch)
    cards.tell()
    at_stripe.renew(cards.world, subscription)
    age(cluster, a_branch)

    sweep()
    drain_outbox()

    assert gift_count(a_branch) == 2
    assert plan_of(a_branch, plan_id).subscription_ref == subscription
