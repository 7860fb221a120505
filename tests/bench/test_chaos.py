"""The plan of a storm repeats with its seed, and what its clients and its judge conclude."""

from collections import Counter
from uuid import UUID

import pytest

from bench.chaos.client import Outcome, State, state_of
from bench.chaos.plan import KILLS, Plan, Target, storm_plan
from bench.chaos.verdict import Kept, Verdict, judge_outcomes
from bench.fixtures import Till

TILL = Till(UUID(int=1), "phuong-ba-dinh", UUID(int=2), "kh_1")


def a_plan(seed: int, gifts: int = 3000) -> Plan:
    return storm_plan(seed, gifts=gifts, kills=60, flushes=5, branches=126, pace=2.2)


def test_a_seed_repeats_its_plan_and_another_does_not() -> None:
    assert a_plan(7) == a_plan(7)
    assert a_plan(7) != a_plan(8)


def test_a_plan_has_all_its_gifts_and_faults_in_time() -> None:
    plan = a_plan(7)

    assert len(plan.gifts) == len({gift.key for gift in plan.gifts}) == 3000
    assert Counter(fault.target for fault in plan.faults) == Counter(KILLS) + Counter(
        {Target.QUEUE: 5}
    )
    assert [f.at for f in plan.faults] == sorted(f.at for f in plan.faults)
    assert [g.at for g in plan.gifts] == sorted(g.at for g in plan.gifts)
    assert {gift.clicks for gift in plan.gifts} == {1, 2}
    assert sum(gift.flaw is not None for gift in plan.gifts) > 50


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (201, State.ACKED),
        (200, State.ACKED),
        (422, State.REFUSED),
        (409, State.REFUSED),
        (0, State.UNKNOWN),
        (429, State.UNKNOWN),
        (500, State.UNKNOWN),
        (503, State.UNKNOWN),
    ],
)
def test_only_yes_and_no_are_final(status: int, state: State) -> None:
    assert state_of(status) is state


def an_outcome(number: int, state: State) -> tuple[Outcome, Kept]:
    gift = next(g for g in a_plan(7, gifts=200).gifts[number:] if g.flaw is None)
    kept = Kept(gift.key, TILL.branch_id, gift.amount, gift.note, 1, "BN/2026/A", "CODE")
    receipt = {"number": 1, "series": "BN/2026/A", "verify_code": "CODE"}
    answer = {"id": str(gift.key), "receipt": receipt}
    return Outcome(gift, TILL, state=state, status=201, answer=answer), kept


@pytest.mark.parametrize(
    ("state", "times", "fault"),
    [
        (State.ACKED, 1, None),
        (State.ACKED, 0, "no acknowledged gift is lost"),
        (State.ACKED, 2, "no gift is doubled"),
        (State.REFUSED, 1, "nothing refused is in the book"),
        (State.UNKNOWN, 1, "every send was resolved"),
    ],
)
def test_lost_doubled_and_refused_gifts_are_found(
    state: State, times: int, fault: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome, kept = an_outcome(0, state)
    verdict = Verdict()

    judge_outcomes(verdict, [outcome], [kept] * times)

    assert verdict.holds is (fault is None)
    assert fault is None or any(failure.startswith(fault) for failure in verdict.failures)


def test_a_gift_that_nobody_sent_is_found() -> None:
    outcome, kept = an_outcome(0, State.ACKED)
    _, other = an_outcome(100, State.ACKED)
    verdict = Verdict()

    judge_outcomes(verdict, [outcome], [kept, other])

    assert any("nobody sent" in failure for failure in verdict.failures)
