"""Stripe, in our words: the only file that knows the library (reliability.md P10).

No call makes a new key when it is repeated, so the library's own retries are switched off: who
asked asks again, with the key that is made of our row.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import time
from typing import Any, Final
from uuid import UUID

import stripe
import structlog

from app.payments.gateway import (
    BadSignature,
    Handle,
    PaymentOrder,
    Picture,
    PlanChange,
    PlanPicture,
    ProviderAway,
    ProviderEvent,
    ProviderRefused,
    RefundOrder,
    Started,
    TheirPayout,
)
from app.payments.states import PaymentState, PlanState
from app.payments.stripe_reading import (
    PLAN_STATES,
    Thing,
    charged,
    dispute_of,
    disputed,
    event_of,
    given_back,
    instant,
    plan_without_subscription,
    refund_of,
    state_of_intent,
    uuid_of,
)

# The version whose published schema the tests hold us to; the library's own is a later one.
API_VERSION: Final = "2026-08-26.dahlia"
CONNECT_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 20.0
TOLERANCE_SECONDS: Final = 300
PAGE: Final = 100
CONFLICT: Final = 409
WHOLE_CHARGE: Final = ["latest_charge.balance_transaction"]

log = structlog.get_logger()


class StripeGateway:
    """A PaymentProvider. `webhook_secret` may be two, parted by a comma, while one replaces one."""

    name = "stripe"

    def __init__(self, api_key: str, webhook_secret: str, *, api_base: str | None = None) -> None:
        self.is_live = "_live_" in api_key
        self._secrets = [secret.strip() for secret in webhook_secret.split(",")]
        self._http = stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS))
        self._stripe = stripe.StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base} if api_base else {},
            http_client=self._http,
            max_network_retries=0,
        )

    def start(self, order: PaymentOrder) -> Started:
        """A Checkout Session in payment mode."""
        told = {"payment_id": str(order.id)}
        return self._open(
            order,
            {"mode": "payment", "submit_type": "donate", "payment_intent_data": {"metadata": told}},
            {},
        )

    def start_plan(self, order: PaymentOrder) -> Started:
        """A Checkout Session in subscription mode."""
        told = {"plan_id": str(order.id)}
        monthly = {"recurring": {"interval": "month"}}
        mode = {"mode": "subscription", "subscription_data": {"metadata": told}}
        return self._open(order, mode, monthly)

    def look(self, handle: Handle) -> Picture | None:
        """The session or the intent, with all that hangs on it."""
        with _telling():
            if handle.intent_ref is not None:
                return self._of_intent(self._intent(handle.intent_ref), handle.session_ref, None)
            # An intent that events alone have named may be one of several; the page knows which.
            picture = self._by_session(handle)
            hinted = [hint for hint in handle.hints if hint.startswith("pi_")]
            if picture is not None or not hinted:
                return picture
            return self._of_intent(self._intent(hinted[0]), None, None)

    def look_at_plan(self, handle: Handle) -> PlanPicture | None:
        """The subscription, with the intents of its paid invoices."""
        with _telling():
            subscription_ref = handle.intent_ref
            if subscription_ref is None:
                session = self._session(handle, [])
                if session is None:
                    return None
                subscription_ref = session["subscription"]
                if subscription_ref is None:
                    return plan_without_subscription(session)
            return self._of_subscription(subscription_ref, handle.session_ref)

    def change_plan(self, subscription_ref: str, change: PlanChange, key: str) -> None:
        """Collect nothing for a while, collect again, or end at once."""
        with _telling():
            if change is PlanChange.END:
                self._end(subscription_ref, key)
                return
            paused: Any = {"behavior": "void"} if change is PlanChange.PAUSE else ""
            self._stripe.v1.subscriptions.update(
                subscription_ref, {"pause_collection": paused}, {"idempotency_key": key}
            )

    def refund(self, order: RefundOrder) -> None:
        """A refund of the intent that bears our id."""
        with _telling():
            self._stripe.v1.refunds.create(
                {
                    "payment_intent": order.intent_ref,
                    "amount": order.minor,
                    "metadata": {"refund_id": str(order.id)},
                },
                {"idempotency_key": f"{order.id}:refund"},
            )

    def payouts_since(self, instant: datetime) -> Iterable[TheirPayout]:
        """Payouts with their movements; those that failed count as what they carried before."""
        with _telling():
            since: Any = {"created": {"gte": int(instant.timestamp())}, "limit": PAGE}
            payouts = [p.to_dict() for p in self._stripe.v1.payouts.list(since).auto_paging_iter()]
            return [self._payout(payout) for payout in payouts]

    def events_since(self, instant: datetime) -> Iterable[ProviderEvent]:
        """Events of the account, whether they were delivered or not, oldest first."""
        with _telling():
            since: Any = {"created": {"gte": int(instant.timestamp())}, "limit": PAGE}
            found = [e.to_dict() for e in self._stripe.v1.events.list(since).auto_paging_iter()]
        return [
            event_of(each, json.dumps(each).encode())
            for each in reversed(found)
            if each["livemode"] is self.is_live
        ]

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """An event whose signature, age, account and mode are right."""
        self._hold_signature(body, signature)
        try:
            told = json.loads(body)
            event = event_of(told, body)
            is_ours = told["livemode"] is self.is_live and "account" not in told
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSignature("no event") from error
        if not is_ours:
            raise BadSignature("of another account or mode")
        return event

    def close(self) -> None:
        """Let go of this thread's connections."""
        self._http.close()  # type: ignore[no-untyped-call]

    def _hold_signature(self, body: bytes, signature: str) -> None:
        """The library looks at the past alone: a signature of next year would count."""
        for secret in self._secrets:
            try:
                stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
                stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
                if len(stamps) == 1 and int(stamps[0]) <= time() + TOLERANCE_SECONDS:
                    return
            except (stripe.SignatureVerificationError, ValueError):
                continue
        raise BadSignature("no signature of ours")

    def _open(self, order: PaymentOrder, mode: Thing, price: Thing) -> Started:
        asked: Any = {
            **mode,
            "client_reference_id": str(order.id),
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        "unit_amount": line.minor,
                        "product_data": {"name": line.name},
                        **price,
                    },
                }
                for line in order.lines
            ],
            "payment_method_types": ["card"],
            "locale": order.locale,
            "success_url": order.done_url,
            "cancel_url": order.back_url,
            "expires_at": int(order.expires_at.timestamp()),
        }
        if order.email:
            asked["customer_email"] = order.email
        with _telling():
            made = self._stripe.v1.checkout.sessions.create(
                asked, {"idempotency_key": f"{order.id}:start"}
            )
        return Started(session_ref=made.id, url=made.url)

    def _by_session(self, handle: Handle) -> Picture | None:
        session = self._session(handle, [f"payment_intent.{path}" for path in WHOLE_CHARGE])
        if session is None:
            return None
        payment_id = uuid_of(session["client_reference_id"])
        if session["payment_intent"] is not None:
            return self._of_intent(session["payment_intent"], session["id"], payment_id)
        is_over = session["status"] == "expired"
        return Picture(
            payment_id=payment_id,
            session_ref=session["id"],
            intent_ref=None,
            state=PaymentState.ABANDONED if is_over else PaymentState.OPEN,
            currency=session["currency"].upper(),
            minor=session["amount_total"],
            is_live=session["livemode"],
            paid_at=None,
            references=(session["id"],),
        )

    def _session(self, handle: Handle, expand: list[str]) -> dict[str, Any] | None:
        hinted = [hint for hint in handle.hints if hint.startswith("cs_")]
        refs = [handle.session_ref] if handle.session_ref else hinted
        if not refs:
            return None
        asked: Any = {"expand": expand} if expand else {}
        return self._stripe.v1.checkout.sessions.retrieve(refs[0], asked).to_dict()

    def _intent(self, ref: str) -> Thing:
        asked: Any = {"expand": WHOLE_CHARGE}
        return self._stripe.v1.payment_intents.retrieve(ref, asked).to_dict()

    def _of_intent(
        self, intent: Thing, session_ref: str | None, payment_id: UUID | None
    ) -> Picture:
        charge: Thing = intent["latest_charge"] or {}
        is_paid = intent["status"] == "succeeded"
        told = payment_id or uuid_of(intent["metadata"].get("payment_id"))
        refunds = self._refunds(intent["id"]) if charge.get("amount_refunded", 0) or is_paid else []
        disputes = self._disputes(intent["id"]) if charge.get("disputed") else []
        refs = (session_ref, intent["id"], charge.get("id"))
        return Picture(
            payment_id=told,
            session_ref=session_ref,
            intent_ref=intent["id"],
            state=state_of_intent(intent["status"]),
            currency=intent["currency"].upper(),
            minor=intent.get("amount_received", intent["amount"]) if is_paid else intent["amount"],
            is_live=intent["livemode"],
            paid_at=instant((charge or intent)["created"]) if is_paid else None,
            references=[
                ref for ref in (*refs, *(each["id"] for each in (*refunds, *disputes))) if ref
            ],
            movements=[
                *charged(charge),
                *(moved for each in refunds for moved in given_back(each)),
                *(moved for each in disputes for moved in disputed(each)),
            ],
            refunds=[refund_of(each) for each in refunds],
            disputes=[dispute_of(each) for each in disputes],
        )

    def _refunds(self, intent_ref: str) -> Sequence[Thing]:
        paths = ["data.balance_transaction", "data.failure_balance_transaction"]
        asked: Any = {"payment_intent": intent_ref, "limit": PAGE, "expand": paths}
        return [each.to_dict() for each in self._stripe.v1.refunds.list(asked).auto_paging_iter()]

    def _disputes(self, intent_ref: str) -> Sequence[Thing]:
        asked: Any = {"payment_intent": intent_ref, "limit": PAGE}
        return [each.to_dict() for each in self._stripe.v1.disputes.list(asked).auto_paging_iter()]

    def _of_subscription(self, ref: str, session_ref: str | None) -> PlanPicture:
        told = self._stripe.v1.subscriptions.retrieve(ref).to_dict()
        items = told["items"]["data"]
        state = PLAN_STATES[told["status"]]
        is_paused = state is PlanState.ACTIVE and told["pause_collection"] is not None
        return PlanPicture(
            plan_id=uuid_of(told["metadata"].get("plan_id")),
            session_ref=session_ref,
            subscription_ref=ref,
            state=PlanState.PAUSED if is_paused else state,
            currency=told["currency"].upper(),
            minor=sum(item["price"]["unit_amount"] * item["quantity"] for item in items),
            started_at=instant(told["billing_cycle_anchor"]),
            paid_intents=list(self._paid_intents(ref)),
        )

    def _paid_intents(self, subscription_ref: str) -> Iterator[str]:
        asked: Any = {"subscription": subscription_ref, "status": "paid", "limit": PAGE}
        for invoice in self._stripe.v1.invoices.list(asked).auto_paging_iter():
            of: Any = {"invoice": invoice.id, "status": "paid"}
            for paid in self._stripe.v1.invoice_payments.list(of).auto_paging_iter():
                if intent := paid.to_dict()["payment"].get("payment_intent"):
                    yield intent

    def _end(self, subscription_ref: str, key: str) -> None:
        try:
            self._stripe.v1.subscriptions.cancel(subscription_ref, {}, {"idempotency_key": key})
        except stripe.InvalidRequestError as error:
            # It has ended already: that is what was asked.
            if error.code != "resource_missing":
                raise

    def _payout(self, payout: Thing) -> TheirPayout:
        return TheirPayout(
            ref=payout["id"],
            currency=payout["currency"].upper(),
            is_paid=payout["status"] == "paid",
            is_failed=payout["status"] in {"failed", "canceled"},
            arrives_at=instant(payout["arrival_date"]),
            lines=list(self._lines(payout["id"])),
        )

    def _lines(self, payout_ref: str) -> Iterator[str]:
        asked: Any = {"payout": payout_ref, "limit": PAGE}
        for moved in self._stripe.v1.balance_transactions.list(asked).auto_paging_iter():
            told = moved.to_dict()
            if told["type"] == "payout_failure":
                yield from self._lines(told["source"])
            elif told["type"] != "payout":
                yield told["id"]


@contextmanager
def _telling() -> Iterator[None]:
    """Tell what the library raises in our words."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError) as error:
        log.warning("card_provider_away", kind=type(error).__name__)
        raise ProviderAway from error
    except stripe.StripeError as error:
        is_unsure = error.http_status is None or error.http_status >= 500  # noqa: PLR2004
        if is_unsure or error.http_status == CONFLICT:
            raise ProviderAway from error
        raise ProviderRefused(error.code or type(error).__name__) from error
