"""Objects as Stripe shapes them: every field that its schema requires, and those that we read."""

from typing import Any, TypeAlias

Thing: TypeAlias = dict[str, Any]


def session(asked: Thing, *, total: int, currency: str) -> Thing:
    """A Checkout Session that waits for the payer."""
    return {
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "currency": currency,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_email": asked.get("customer_email"),
        "invoice": None,
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "payment_intent": None,
        "payment_method_types": asked.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "success_url": asked.get("success_url"),
    }


def intent(amount: int, currency: str, metadata: Thing) -> Thing:
    """A PaymentIntent whose card has been charged."""
    return {
        "object": "payment_intent",
        "amount": amount,
        "amount_received": amount,
        "currency": currency,
        "latest_charge": None,
        "metadata": metadata,
        "payment_method_types": ["card"],
        "status": "succeeded",
    }


def charge(of: Thing) -> Thing:
    """The charge of a PaymentIntent."""
    return {
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"],
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "captured": True,
        "currency": of["currency"],
        "disputed": False,
        "metadata": of["metadata"],
        "paid": True,
        "payment_intent": of["id"],
        "refunded": False,
        "status": "succeeded",
    }


def refund(of: Thing, amount: int, metadata: Thing) -> Thing:
    """A refund of a charge, done."""
    return {
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": of["id"],
        "currency": of["currency"],
        "metadata": metadata,
        "payment_intent": of["payment_intent"],
        "reason": "requested_by_customer",
        "status": "succeeded",
    }


def dispute(of: Thing, amount: int, due_by: int) -> Thing:
    """A dispute that asks for an answer."""
    return {
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": of["id"],
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "reason": "fraudulent",
        "status": "needs_response",
    }


def movement(kind: str, source: str, amount: int, fee: int, currency: str) -> Thing:
    """A movement of the balance."""
    fees = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "object": "balance_transaction",
        "amount": amount,
        "balance_type": "payments",
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [fees] if fee else [],
        "net": amount - fee,
        "reporting_category": "dispute" if kind == "adjustment" else kind,
        "source": source,
        "status": "available",
        "type": kind,
    }


def payout(amount: int, currency: str, arrival: int) -> Thing:
    """A payout that has arrived."""
    return {
        "object": "payout",
        "amount": amount,
        "arrival_date": arrival,
        "automatic": True,
        "balance_transaction": None,
        "currency": currency,
        "description": None,
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "type": "bank_account",
    }


def subscription(item: Thing, metadata: Thing, customer: str, *, now: int, until: int) -> Thing:
    """A subscription whose first month is paid; `item` says what is paid."""
    return {
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {"flexible": None, "type": "flexible"},
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "collection_method": "charge_automatically",
        "currency": item["currency"],
        "customer": customer,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": {
            "object": "list",
            "data": [
                {
                    "object": "subscription_item",
                    "created": now,
                    "current_period_end": until,
                    "current_period_start": now,
                    "discounts": [],
                    "id": item["id"],
                    "metadata": {},
                    "price": _price(item, now),
                    "quantity": 1,
                    "subscription": item["subscription"],
                }
            ],
            "has_more": False,
            "url": "/v1/subscription_items",
        },
        "latest_invoice": None,
        "metadata": metadata,
        "pause_collection": None,
        "start_date": now,
        "status": "active",
    }


def _price(item: Thing, now: int) -> Thing:
    return {
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": item["currency"],
        "id": item["price"],
        "livemode": False,
        "metadata": {},
        "product": item["product"],
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "usage_type": "licensed",
        },
        "type": "recurring",
        "unit_amount": item["amount"],
    }


def invoice(of: Thing, amount: int, *, now: int) -> Thing:
    """An invoice of a subscription that waits to be paid."""
    nothing = dict.fromkeys(
        ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at"), None
    )
    return {
        "object": "invoice",
        "amount_due": amount,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": amount,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "collection_method": "charge_automatically",
        "currency": of["currency"],
        "customer": of["customer"],
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": "/v1/invoices/lines"},
        "metadata": {},
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": of["metadata"], "subscription": of["id"]},
            "type": "subscription_details",
        },
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": now,
        "period_start": now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": nothing | {"finalized_at": now},
        "subtotal": amount,
        "total": amount,
    }


def invoice_payment(of: Thing, payment_intent: str) -> Thing:
    """What paid an invoice."""
    return {
        "object": "invoice_payment",
        "amount_paid": of["amount_paid"],
        "amount_requested": of["amount_due"],
        "currency": of["currency"],
        "invoice": of["id"],
        "is_default": True,
        "payment": {"payment_intent": payment_intent, "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": of["created"]},
    }
