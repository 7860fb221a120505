"""The whole matrix of states: rows the present one, columns what is told."""

import pytest

from app.kernel.transitions import Step, Transitions
from app.payments.states import (
    DISPUTE,
    PAYMENT,
    REFUND,
    DisputeState,
    PaymentState,
    RefundState,
)

WORDS = {"=": Step.SAME, ">": Step.FORWARD, "<": Step.BACKWARD, "!": Step.IMPOSSIBLE}
# In the order of the enumerations.
PAYMENTS = """
    prepared   = > > >
    open       < = > >
    succeeded  < < = <
    abandoned  < < > =
"""
REFUNDS = """
    requested  = > > >
    pending    < = > >
    succeeded  < < = >
    failed     < < < =
"""
DISPUTES = """
    open       = > > >
    answered   < = > >
    won        < < = !
    lost       < < ! =
"""


def cells(matrix: str) -> list[tuple[str, int, Step]]:
    """Present state, place of what is told, and what that means."""
    rows = [line.split() for line in matrix.strip().splitlines()]
    return [(now, place, WORDS[mark]) for now, *marks in rows for place, mark in enumerate(marks)]


@pytest.mark.parametrize(("now", "place", "step"), cells(PAYMENTS))
def test_payments(now: str, place: int, step: Step) -> None:
    assert PAYMENT.step(PaymentState(now), list(PaymentState)[place]) is step


@pytest.mark.parametrize(("now", "place", "step"), cells(REFUNDS))
def test_refunds(now: str, place: int, step: Step) -> None:
    assert REFUND.step(RefundState(now), list(RefundState)[place]) is step


@pytest.mark.parametrize(("now", "place", "step"), cells(DISPUTES))
def test_disputes(now: str, place: int, step: Step) -> None:
    assert DISPUTE.step(DisputeState(now), list(DisputeState)[place]) is step


@pytest.mark.parametrize("table", [PAYMENT, REFUND, DISPUTE])
def test_nothing_goes_round(table: Transitions[PaymentState]) -> None:
    states = list(table._table)
    assert [now for now in states if now in table._ahead[now]] == []
