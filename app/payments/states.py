"""The states of card money, and which follow which. What a provider tells moves them forward."""

from enum import StrEnum
from typing import Final

from app.kernel.transitions import Transitions


class PaymentState(StrEnum):
    """A payment: noted, shown to the payer, paid, or given up. Given up may still be paid."""

    PREPARED = "prepared"
    OPEN = "open"
    SUCCEEDED = "succeeded"
    ABANDONED = "abandoned"


class RefundState(StrEnum):
    """Money on its way back; done, it may still be returned by the card's bank."""

    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeState(StrEnum):
    """What the payer's bank took back and may return."""

    OPEN = "open"
    ANSWERED = "answered"
    WON = "won"
    LOST = "lost"


class PlanState(StrEnum):
    """Monthly giving: the provider's word, which may go to and fro until it has ended."""

    PREPARED = "prepared"
    ACTIVE = "active"
    PAUSED = "paused"
    FAILING = "failing"
    ENDED = "ended"


PAYMENT: Final = Transitions(
    {
        PaymentState.PREPARED: frozenset(
            {PaymentState.OPEN, PaymentState.SUCCEEDED, PaymentState.ABANDONED}
        ),
        PaymentState.OPEN: frozenset({PaymentState.SUCCEEDED, PaymentState.ABANDONED}),
        PaymentState.ABANDONED: frozenset({PaymentState.SUCCEEDED}),
        PaymentState.SUCCEEDED: frozenset(),
    }
)
REFUND: Final = Transitions(
    {
        RefundState.REQUESTED: frozenset(
            {RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED}
        ),
        RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
        RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
        RefundState.FAILED: frozenset(),
    }
)
DISPUTE: Final = Transitions(
    {
        DisputeState.OPEN: frozenset({DisputeState.ANSWERED, DisputeState.WON, DisputeState.LOST}),
        DisputeState.ANSWERED: frozenset({DisputeState.WON, DisputeState.LOST}),
        DisputeState.WON: frozenset(),
        DisputeState.LOST: frozenset(),
    }
)
