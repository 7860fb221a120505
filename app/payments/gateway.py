"""What we ask of whoever takes cards for us, in our words. Its own words stay in its adapter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.kernel.errors import Busy, marked
from app.payments.states import DisputeState, PaymentState, PlanState, RefundState

AWAY = marked("Cổng thanh toán thẻ chưa trả lời. Hãy thử lại sau giây lát, hoặc chuyển khoản.")


class ProviderAway(Busy):
    """No answer, or none that tells whether it was done: ask again with the same key, or look."""

    def __init__(self) -> None:
        super().__init__(AWAY)


class ProviderRefused(Exception):
    """The provider will not do this, now or later. Its reason is for our log, never for a payer."""


class BadSignature(Exception):
    """What came is not the provider's, not for us, or not of now."""


class LineKind(StrEnum):
    """Why the provider's balance moved for a payment."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_RETURN = "refund_return"
    DISPUTE = "dispute"
    DISPUTE_RETURN = "dispute_return"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """What the payer sees beside an amount, which is in the smallest unit of the currency."""

    name: str
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """A payment to be started, or a plan that is paid every month. `id` is ours, and the key."""

    id: UUID
    currency: str
    lines: Sequence[OrderLine]
    email: str | None
    locale: str
    done_url: str
    back_url: str
    expires_at: datetime

    @property
    def total(self) -> int:
        """What the card will be charged."""
        return sum(line.minor for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Where the payer goes on."""

    session_ref: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """By what the provider knows a payment; `hints` are ids that its events named."""

    payment_id: UUID
    session_ref: str | None
    intent_ref: str | None
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of the provider's balance. `minor` is in the card's currency.

    `gross` and `fee` are in the currency of the balance; all are negative for money that leaves,
    except a fee, which is positive when we bear it.
    """

    ref: str
    kind: LineKind
    minor: int
    currency: str
    gross: int
    fee: int
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirRefund:
    """A refund as the provider knows it; `refund_id` is ours when we asked for it."""

    ref: str
    refund_id: UUID | None
    minor: int
    state: RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirDispute:
    """A dispute as the provider knows it."""

    ref: str
    minor: int
    state: DisputeState
    reason: str
    due_by: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that the provider knows of a payment at this moment.

    `payment_id`: what the provider was told of whose it is; None for a month of a plan.
    """

    payment_id: UUID | None
    session_ref: str | None
    intent_ref: str | None
    state: PaymentState
    currency: str
    minor: int
    is_live: bool
    paid_at: datetime | None
    references: Sequence[str] = ()
    movements: Sequence[Movement] = ()
    refunds: Sequence[TheirRefund] = ()
    disputes: Sequence[TheirDispute] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """Money to be given back; `id` is ours, and the key. `intent_ref` names the payment."""

    id: UUID
    intent_ref: str
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPicture:
    """All that the provider knows of a plan: its months that were paid, by their intents."""

    plan_id: UUID | None
    session_ref: str | None
    subscription_ref: str | None
    state: PlanState
    currency: str
    minor: int
    started_at: datetime | None
    paid_intents: Sequence[str] = ()


class PlanChange(StrEnum):
    """What a giver may do with his plan."""

    PAUSE = "pause"
    GO_ON = "go_on"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirPayout:
    """A payout: `lines` are the movements in it, by reference, with what each brought."""

    ref: str
    currency: str
    is_paid: bool
    is_failed: bool
    arrives_at: datetime
    lines: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """What the provider told, verified. `references` name what it is about, ours and theirs."""

    id: str
    kind: str
    object_id: str
    references: Sequence[str]
    happened_at: datetime
    body: bytes


class PaymentProvider(Protocol):
    """Takes cards. Every verb raises ProviderAway when it cannot be known whether it was done."""

    @property
    def name(self) -> str:
        """By what its ids are told apart from another's."""

    @property
    def is_live(self) -> bool:
        """Whether it moves real money."""

    def start(self, order: PaymentOrder) -> Started:
        """A page of the provider's on which the order can be paid; asked twice it is the same."""

    def start_plan(self, order: PaymentOrder) -> Started:
        """A page on which somebody agrees to pay the order every month."""

    def look(self, handle: Handle) -> Picture | None:
        """The payment as it is now; None when the provider has never heard of it."""

    def look_at_plan(self, handle: Handle) -> PlanPicture | None:
        """The plan as it is now; `intent_ref` of the handle is its subscription."""

    def change_plan(self, subscription_ref: str, change: PlanChange, key: str) -> None:
        """Pause, go on, or end."""

    def refund(self, order: RefundOrder) -> None:
        """Give back; raises ProviderRefused when that is more than is left."""

    def payouts_since(self, instant: datetime) -> Iterable[TheirPayout]:
        """Payouts made since then."""

    def events_since(self, instant: datetime) -> Iterable[ProviderEvent]:
        """What it told, or tried to tell, since then."""

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """An event that came by itself.

        Raises:
            BadSignature: not signed with our secret in the last or next five minutes, or not ours.
        """
