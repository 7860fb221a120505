"""Payouts: the provider empties its balance into a bank account, for all branches at once.

Each branch books its own part: debit the bank, credit what waited at the provider, fund by fund.
In another currency the bank's đồng come by the rate of the day, and what differs is a difference
of exchange; the bank's own line is matched later.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app import audit
from app.kernel.clock import local
from app.kernel.ids import uuid7
from app.ledger.entries import NewEntry, NewPosting
from app.ledger.service import post_entry
from app.payments.currencies import DONG, in_dong
from app.payments.gateway import TheirPayout
from app.payments.rates import current_rate
from app.payments.rules import payout_postings

log = structlog.get_logger()

KNOWN: Final = """
    SELECT id, state, entry_id FROM payouts
    WHERE branch_id = current_branch() AND provider_ref = :ref
"""
# A line that another payout carried is not this one's; one without an amount waits for its gift.
PARTS: Final = """
    SELECT p.fund_id, sum(l.settled_gross - l.settled_fee)::bigint AS settled,
           sum(l.amount - l.fee)::bigint AS cleared, count(*) AS line_count,
           count(*) FILTER (WHERE l.amount IS NULL OR l.payout_id IS NOT NULL) AS unfit_count
    FROM clearing_lines l JOIN payments p ON (p.branch_id, p.id) = (l.branch_id, l.payment_id)
    WHERE l.branch_id = current_branch() AND l.provider_ref = ANY(:refs)
    GROUP BY p.fund_id ORDER BY p.fund_id
"""
KEEP: Final = """
    INSERT INTO payouts (id, provider_ref, currency, settled_minor, amount, difference, rate,
                         arrives_on, state, entry_id)
    VALUES (:id, :ref, :currency, :settled, :arrived, :difference, :rate, :day, 'paid', :entry)
"""


def take_payout(session: Session, payout: TheirPayout, refs: Sequence[str]) -> bool:
    """Book the branch's part of a payout, or take it back when the payout failed; once each.

    `refs` are the movements in it that are this branch's. False: it must wait, for one of them is
    not booked yet, or its currency has no rate.
    """
    known = session.execute(text(KNOWN), {"ref": payout.ref}).first()
    if known is not None:
        if payout.is_failed and known.state == "paid":
            _take_back(session, known.id, known.entry_id)
        return True
    if not payout.is_paid:
        return True
    parts = session.execute(text(PARTS), {"refs": list(refs)}).all()
    rate = None if payout.currency == DONG else current_rate(session, payout.currency)
    is_whole = sum(part.line_count for part in parts) == len(refs)
    if not is_whole or any(part.unfit_count for part in parts):
        return False
    if payout.currency != DONG and rate is None:
        log.error("payout_without_rate", currency=payout.currency)
        return False
    _book(session, payout, refs, parts, rate=rate)
    return True


def _book(
    session: Session,
    payout: TheirPayout,
    refs: Sequence[str],
    parts: Sequence[Row[Any]],
    *,
    rate: Decimal | None,
) -> None:
    payout_id, postings, arrived = uuid7(), list[NewPosting](), 0
    for part in parts:
        came = in_dong(payout.currency, part.settled, rate)
        postings += payout_postings(part.fund_id, arrived=came, cleared=part.cleared)
        arrived += came
    day = local(payout.arrives_at).date()
    entry_id = uuid7() if postings else None
    if entry_id:
        post_entry(session, NewEntry(entry_id, day, "payout", payout_id, postings))
    kept = {
        "id": payout_id,
        "ref": payout.ref,
        "currency": payout.currency,
        "settled": sum(part.settled for part in parts),
        "arrived": arrived,
        "difference": sum(part.cleared for part in parts) - arrived,
        "rate": rate,
        "day": day,
        "entry": entry_id,
    }
    session.execute(text(KEEP), kept)
    session.execute(
        text(
            "UPDATE clearing_lines SET payout_id = :id"
            " WHERE branch_id = current_branch() AND provider_ref = ANY(:refs)"
        ),
        {"id": payout_id, "refs": list(refs)},
    )
    audit.record(session, "payouts.booked", payout_id)


def _take_back(session: Session, payout_id: UUID, entry_id: UUID | None) -> None:
    """The bank gave the money back: it waits at the provider again, for another payout."""
    if entry_id:
        session.execute(
            text("SELECT reverse_entry(:entry, :reversal, :payout)"),
            {"entry": entry_id, "reversal": uuid7(), "payout": payout_id},
        )
    session.execute(
        text(
            "UPDATE clearing_lines SET payout_id = NULL"
            " WHERE branch_id = current_branch() AND payout_id = :id"
        ),
        {"id": payout_id},
    )
    session.execute(
        text("UPDATE payouts SET state = 'failed' WHERE branch_id = current_branch() AND id = :id"),
        {"id": payout_id},
    )
    audit.record(session, "payouts.failed", payout_id)
