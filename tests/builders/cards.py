"""Payments by card through the double: prepared, started, paid, told."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
from flask import Flask
from sqlalchemy import text

from app.db.unit_of_work import reading, unit_of_work
from app.giving.commands import Way
from app.kernel.clock import now
from app.kernel.ids import uuid7
from app.payments import ordering
from app.payments.commands import PreparePayment, Price, RequestRefund
from app.payments.gateway import OrderLine, PaymentOrder
from app.payments.plans import note_plan_started, prepare_plan
from app.payments.queries import PaymentView, get_payment
from app.payments.returns import request_refund
from app.payments.rules import priced
from app.payments.service import note_started, prepare_payment
from app.payments.stripe_gateway import StripeGateway
from config.local.cluster import Cluster
from tests.builders.bank import an_offer
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import drain_outbox
from tests.builders.pages import alone
from tests.doubles.stripe.delivery import Delivery, signed
from tests.doubles.stripe.server import Server, press_pay, serving
from tests.doubles.stripe.shapes import Thing
from tests.doubles.stripe.world import World

KEY = "sk_test_double"
SECRET = "whsec_double"
BACK = "http://127.0.0.1/back"
SAID = ordering.Wording(gift="Ủng hộ Quỹ khuyến học", fee="Phí thẻ", locale="vi", email=None)


@dataclass
class CardHouse:
    """An application that takes cards, and the Stripe that it asks."""

    app: Flask
    world: World
    server: Server
    gateway: StripeGateway

    def prepare(
        self,
        branch: BranchAtHand,
        minor: int = 500_000,
        *,
        currency: str = "VND",
        rate: Decimal | None = None,
        covers_fee: bool = False,
    ) -> UUID:
        """A payment that the provider has not heard of."""
        return a_card_payment(branch, priced(currency, minor, rate, covers_fee=covers_fee))

    def start(self, branch: BranchAtHand, payment_id: UUID) -> str:
        """Start a prepared payment; the session's id."""
        payment = payment_of(branch, payment_id)
        started = self.gateway.start(ordering.order_of(payment, SAID, done_url=BACK, back_url=BACK))
        with unit_of_work(branch.scope) as session:
            note_started(session, "stripe", payment_id, started)
        return started.session_ref

    def pay(self, branch: BranchAtHand, minor: int = 500_000, **more: object) -> UUID:
        """A payment whose card was charged; nobody has told us."""
        payment_id = self.prepare(branch, minor, **more)  # type: ignore[arg-type]
        press_pay(self.world, self.start(branch, payment_id))
        return payment_id

    def plan(self, branch: BranchAtHand, minor: int = 100_000) -> tuple[UUID, str]:
        """A plan that somebody agreed to, told by nobody; its id and its subscription."""
        price = priced("VND", minor, None, covers_fee=False)
        offer = an_offer(branch, price.amount, way=Way.CARD)
        command = PreparePayment(id=uuid7(), offer_id=offer.id, fund_id=branch.fund_id, price=price)
        with unit_of_work(branch.scope) as session:
            plan = prepare_plan(session, "stripe", command)
        started = self.gateway.start_plan(
            ordering.order_of(plan, SAID, done_url=BACK, back_url=BACK)
        )
        with unit_of_work(branch.scope) as session:
            note_plan_started(session, "stripe", command.id, started)
        press_pay(self.world, started.session_ref)
        return command.id, self.world.get(started.session_ref)["subscription"]

    def intent_of(self, branch: BranchAtHand, payment_id: UUID) -> str:
        """What the provider calls a payment that was paid."""
        session_ref = payment_of(branch, payment_id).session_ref
        assert session_ref
        return str(self.world.get(session_ref)["payment_intent"])

    def deliver(self, delivery: Delivery) -> int:
        """One request to the webhook; its status."""
        headers = {"Stripe-Signature": delivery.signature, "Content-Type": "application/json"}
        post: Callable[..., object] = self.app.test_client().post
        answer = alone(post, "/webhooks/stripe", data=delivery.body, headers=headers)  # type: ignore[arg-type]
        return answer.status_code

    def tell(self, events: Sequence[Thing] | None = None) -> None:
        """Deliver events, all that there were by default, and do what follows."""
        for event in self.world.events if events is None else events:
            assert self.deliver(signed(event, SECRET)) == 200
        drain_outbox()


def a_card_payment(branch: BranchAtHand, price: Price | None = None) -> UUID:
    """A payment for an offer, 500.000 đ by default, that no provider has heard of."""
    price = price or priced("VND", 500_000, None, covers_fee=False)
    offer = an_offer(branch, price.amount, way=Way.CARD)
    command = PreparePayment(id=uuid7(), offer_id=offer.id, fund_id=branch.fund_id, price=price)
    with unit_of_work(branch.scope) as session:
        prepare_payment(session, "stripe", command)
    return command.id


def order_of(currency: str, minor: int, order_id: UUID) -> PaymentOrder:
    """What the provider is asked for."""
    return PaymentOrder(
        id=order_id,
        currency=currency,
        lines=[OrderLine(name="Ủng hộ Quỹ khuyến học", minor=minor)],
        email=None,
        locale="vi",
        done_url=BACK,
        back_url=BACK,
        expires_at=now() + timedelta(hours=2),
    )


@contextmanager
def card_house(app: Flask, world: World | None = None) -> Iterator[CardHouse]:
    """The application takes cards while the block lasts."""
    world = world or World()
    with serving(world) as server:
        gateway = StripeGateway(KEY, SECRET, api_base=server.base)
        app.extensions["card_payments"] = gateway
        try:
            yield CardHouse(app, world, server, gateway)
        finally:
            app.extensions["card_payments"] = None
            gateway.close()


def payment_of(branch: BranchAtHand, payment_id: UUID) -> PaymentView:
    """A payment as it stands."""
    with reading(branch.scope) as session:
        return get_payment(session, payment_id)


def ask_back(branch: BranchAtHand, payment_id: UUID, minor: int) -> UUID:
    """Request a refund, and do what follows."""
    command = RequestRefund(
        id=uuid7(), payment_id=payment_id, minor=minor, reason="Chuyển nhầm số tiền"
    )
    with unit_of_work(branch.scope) as session:
        request_refund(session, command)
    drain_outbox()
    return command.id


def balances(branch: BranchAtHand) -> dict[str, int]:
    """Debit balances of the branch's accounts that are not zero."""
    query = (
        "SELECT account_code, sum(signed_amount)::bigint FROM postings"
        " WHERE branch_id = current_branch() GROUP BY account_code"
    )
    with reading(branch.scope) as session:
        return {row[0]: row[1] for row in session.execute(text(query)) if row[1]}


def gift_count(branch: BranchAtHand) -> int:
    """How many gifts totals count."""
    query = (
        "SELECT coalesce(sum(CASE side WHEN 'credit' THEN 1 ELSE -1 END), 0) FROM postings"
        " WHERE branch_id = current_branch() AND account_code = '5111'"
    )
    with reading(branch.scope) as session:
        return int(session.execute(text(query)).scalar_one())


def age(cluster: Cluster, branch: BranchAtHand) -> None:
    """Let the branch's payments and plans be most of an hour old."""
    with psycopg.connect(cluster.superuser_url()) as superuser:
        for table in ("payments", "payment_plans"):
            superuser.execute(
                f"UPDATE {table} SET made_at = made_at - interval '50 minutes'"
                " WHERE branch_id = %s",
                [branch.id],
            )


def change(branch: BranchAtHand, what: str) -> None:
    """Let the branch's payments have this."""
    with unit_of_work(branch.scope) as session:
        session.execute(text(f"UPDATE payments SET {what} WHERE branch_id = current_branch()"))
