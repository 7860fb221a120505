"""Card payments: tasks ask the provider outside a transaction, then take over what it says."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

import structlog
from celery import shared_task
from flask import current_app

from app.db import outbox
from app.db.scope import BranchScope, DirectoryScope, RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.returns import mark_return
from app.kernel.clock import now
from app.payments import references
from app.payments.gateway import (
    Handle,
    PaymentProvider,
    Picture,
    ProviderAway,
    ProviderEvent,
    ProviderRefused,
    TheirPayout,
)
from app.payments.inbox import PROVIDER, ask_to_look, note_read, read_until, receive
from app.payments.payouts import take_payout
from app.payments.plans import plan_handle, take_over_plan
from app.payments.queries import get_payment, gift_standing, handle_of, locked_payment
from app.payments.returns import note_refused, refunds_to_send
from app.payments.service import give_up, take_over
from app.payments.sweep import not_final
from worker.base import branch_scope, settling

R = TypeVar("R")

log = structlog.get_logger()

# Somebody stands before the page just now: what he does we are told.
QUIET_SECONDS: Final = 300
# A row that the provider has not heard of by then was never shown to anybody.
NEVER_SHOWN: Final = timedelta(hours=1)
OVERLAP: Final = timedelta(hours=1)
PAYOUTS_FROM: Final = timedelta(days=10)
# By then every movement of a payout has been looked at that ever will be.
WAITED_LONG: Final = timedelta(days=2)


@shared_task(name="payments.look")
def look(branch_id: str, fact_ids: list[str]) -> None:
    """Look at the payments of which something was told."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    with settling(scope, ids):
        _take_over(scope, ids, _pictures(scope, ids))


@shared_task(name="payments.look_at_plan")
def look_at_plan(branch_id: str, fact_ids: list[str]) -> None:
    """Look at the plans of which something was told."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    with settling(scope, ids):
        with reading(scope) as session:
            handles = [plan_handle(session, each) for each in outbox.subjects(session, ids)]
        pictures = {
            each.payment_id: found
            for each in handles
            for found in _seen(provider().look_at_plan, each)
        }
        with unit_of_work(scope) as session:
            for plan_id, picture in pictures.items():
                if picture is not None:
                    take_over_plan(session, provider().name, plan_id, picture)
            outbox.settle(session, ids)


@shared_task(name="payments.refund")
def refund(branch_id: str, fact_ids: list[str]) -> None:
    """Send what was asked to go back, unless the provider has it already."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    with settling(scope, ids):
        for payment_id, picture in _pictures(scope, ids).items():
            if picture is not None:
                _send_refunds(scope, payment_id, picture)
        _take_over(scope, ids, _pictures(scope, ids))


@shared_task(name="payments.mark_gift")
def mark_gift(branch_id: str, fact_ids: list[str]) -> None:
    """Have the receipts say what is left of gifts whose money went back."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    with settling(scope, ids), unit_of_work(scope) as session:
        for payment_id in outbox.subjects(session, ids):
            locked_payment(session, payment_id)
            if standing := gift_standing(session, payment_id):
                mark_return(
                    session, standing.donation_id, left=standing.left, is_gone=standing.is_gone
                )
        outbox.settle(session, ids)


@shared_task(name="payments.sweep")
def sweep() -> None:
    """Have everything that is not final looked at, whoever told or did not tell."""
    if not is_on():
        return
    with reading(RelayScope()) as session:
        waiting = not_final(session, quiet_seconds=QUIET_SECONDS)
    for subject in waiting:
        with unit_of_work(BranchScope(subject.home_id, PROVIDER)) as session:
            ask_to_look(session, subject)
    log.info("payments_swept", waiting_count=len(waiting))


@shared_task(name="payments.read_events")
def read_events() -> None:
    """Read what the provider told since the last time, as if it had just come."""
    if not is_on():
        return
    asked_at = now()
    with reading(DirectoryScope()) as session:
        since = read_until(session, provider().name) or asked_at - PAYOUTS_FROM
    found = [_receive_again(event) for event in provider().events_since(since - OVERLAP)]
    with unit_of_work(DirectoryScope()) as session:
        note_read(session, provider().name, asked_at)
    log.info("payment_events_read", unheard_count=sum(found))


@shared_task(name="payments.read_payouts")
def read_payouts() -> None:
    """Book the payouts that can be booked, each branch its part."""
    if not is_on():
        return
    for payout in provider().payouts_since(now() - PAYOUTS_FROM):
        take_parts(payout)


def provider() -> PaymentProvider:
    """Who takes cards here.

    Raises:
        ProviderAway: nobody any more; what was begun waits until somebody does.
    """
    found: PaymentProvider | None = current_app.extensions["card_payments"]
    if found is None:
        raise ProviderAway
    return found


def is_on() -> bool:
    """Whether cards are taken here."""
    return current_app.extensions["card_payments"] is not None


def take_parts(payout: TheirPayout) -> None:
    """Book a payout in every branch that has a part in it; what must wait comes again."""
    with reading(DirectoryScope()) as session:
        known = references.find(session, provider().name, payout.lines)
    unknown = [ref for ref in payout.lines if ref not in known]
    if unknown:
        log.warning("payout_lines_unknown", payout=payout.ref, line_count=len(unknown))
        if payout.arrives_at > now() - WAITED_LONG:
            return
    parts = defaultdict[UUID, list[str]](list)
    for ref, subject in known.items():
        parts[subject.home_id].append(ref)
    for home_id, refs in parts.items():
        with unit_of_work(BranchScope(home_id, PROVIDER)) as session:
            if not take_payout(session, payout, refs):
                log.info("payout_waits", payout=payout.ref, home_id=str(home_id))


def _pictures(scope: BranchScope, fact_ids: Sequence[UUID]) -> dict[UUID, Picture | None]:
    """The payments that facts are about, as the provider sees them now."""
    with reading(scope) as session:
        handles: list[Handle] = [
            handle_of(session, provider().name, each) for each in outbox.subjects(session, fact_ids)
        ]
    return {each.payment_id: found for each in handles for found in _seen(provider().look, each)}


def _seen(look_at: Callable[[Handle], R], handle: Handle) -> Iterator[R]:
    """What the provider sees; nothing of what another account of the provider's may have.

    The sweep asks again, so a key that was put right heals what a wrong one did not find.
    """
    try:
        yield look_at(handle)
    except ProviderRefused as error:
        log.warning("payment_unknown", payment_id=str(handle.payment_id), code=str(error))


def _take_over(
    scope: BranchScope, fact_ids: Sequence[UUID], pictures: Mapping[UUID, Picture | None]
) -> None:
    """Take over what was seen, and let go of the facts."""
    with unit_of_work(scope) as session:
        for payment_id, picture in pictures.items():
            if picture is not None:
                take_over(session, provider().name, payment_id, picture)
            elif get_payment(session, payment_id).made_at < now() - NEVER_SHOWN:
                give_up(session, payment_id)
        outbox.settle(session, fact_ids)


def _send_refunds(scope: BranchScope, payment_id: UUID, picture: Picture) -> None:
    """A key is good for a day, and an answer may be lost: what is there is not sent again."""
    with reading(scope) as session:
        waiting = refunds_to_send(session, payment_id)
    sent = {each.refund_id for each in picture.refunds}
    for order in waiting:
        if order.id in sent:
            continue
        try:
            provider().refund(order)
        except ProviderRefused as error:
            log.warning("refund_refused", refund_id=str(order.id), code=str(error))
            with unit_of_work(scope) as session:
                note_refused(session, order.id)


def _receive_again(event: ProviderEvent) -> bool:
    with unit_of_work(DirectoryScope()) as session:
        return receive(session, provider().name, event)
