"""The one table of consequences: event → task. A fact is done when its task has settled it."""

from typing import Final

ROUTES: Final = {
    "receipts.issued": "receipts.render",
    "receipts.copy_requested": "receipts.render",
    "receipts.voided": "receipts.render",
    "bank_events.received": "banking.read",
    "bank_lines.named": "giving.match",
    "mail.queued": "mail.send",
    "payments.succeeded": "giving.record_card_gift",
    "payments.returned": "payments.mark_gift",
    "payments.told": "payments.look",
    "payment_plans.told": "payments.look_at_plan",
    "refunds.requested": "payments.refund",
}
