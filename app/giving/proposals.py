"""What a line may be, the likeliest first: for a person to confirm, never for the machine (S3)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.queries import LineView
from app.giving.queries import OfferView, offers_with_codes, open_offers_of
from app.kernel.clock import now
from app.kernel.memo_codes import codes_in
from app.kernel.text import fold

# How far back an offer is looked for, and how far a gift typed by hand may lie from its line.
OFFERED_WITHIN: Final = timedelta(days=45)
DAYS_APART: Final = 7
AT_MOST: Final = 5
# "CT tu 0716372890209 NGUYEN VAN A": the payer's account, where no column tells it.
FROM_ACCOUNT: Final = re.compile(r"\bct\s*(?:den\s*)?tu\s*([0-9]{6,19})\b")
NOTHING_KNOWN: Final = "–"

DONORS_BY_ACCOUNT: Final = """
    SELECT d.id, d.name, max(n.received_on) AS last_on, count(DISTINCT n.id) AS gifts
    FROM bank_lines l
    JOIN bank_matches m ON (m.branch_id, m.line_id) = (l.branch_id, l.id)
     AND m.undone_at IS NULL AND m.kind IN ('gift', 'recorded_gift')
    JOIN donations n ON (n.branch_id, n.id) = (m.branch_id, m.subject_id)
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    WHERE l.branch_id = current_branch() AND d.kind <> 'anonymous'
      AND (l.counter_account = :account OR strpos(l.description, :account) > 0)
    GROUP BY d.id, d.name ORDER BY last_on DESC LIMIT :at_most
"""
DONORS_BY_NAME: Final = """
    SELECT d.id, d.name, max(n.received_on) AS last_on, count(n.id) AS gifts
    FROM donors d LEFT JOIN donations n ON (n.branch_id, n.donor_id) = (d.branch_id, d.id)
    WHERE d.branch_id = current_branch() AND d.kind <> 'anonymous'
      AND strpos(d.search_key, ' ') > 0 AND strpos(:words, ' ' || d.search_key || ' ') > 0
    GROUP BY d.id, d.name ORDER BY last_on DESC NULLS LAST, d.id LIMIT :at_most
"""
RECORDED_BY_HAND: Final = """
    SELECT n.id, d.name, n.received_on AS last_on, n.amount FROM donations n
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    WHERE n.branch_id = current_branch() AND n.method = 'bank_transfer' AND n.amount = :amount
      AND n.received_on BETWEEN CAST(:day AS date) - :days AND CAST(:day AS date) + :days
      AND NOT EXISTS (SELECT FROM donation_reversals r
        WHERE (r.branch_id, r.donation_id) = (n.branch_id, n.id))
      AND NOT EXISTS (SELECT FROM bank_matches m
        WHERE (m.branch_id, m.subject_id) = (n.branch_id, n.id) AND m.undone_at IS NULL)
    ORDER BY abs(n.received_on - CAST(:day AS date)), n.posted_at LIMIT :at_most
"""


class Why(StrEnum):
    """What speaks for a proposal, the strongest first."""

    CODE = "code"
    RECORDED = "recorded"
    ACCOUNT = "account"
    OFFER = "offer"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody whose gift the line may be: `subject_id` is of an offer, a gift or a donor."""

    why: Why
    subject_id: UUID
    name: str
    amount: int | None = None


def proposals(session: Session, line: LineView) -> Sequence[Proposal]:
    """What a credit line may be, the likeliest first; each subject once."""
    found = [
        *(_of_offer(Why.CODE, o) for o in offers_with_codes(session, codes_in(line.description))),
        *_recorded_by_hand(session, line),
        *_donors_by_account(session, line),
        *_open_offers(session, line),
        *_donors_by_name(session, line),
    ]
    return list({proposal.subject_id: proposal for proposal in reversed(found)}.values())[::-1]


def payer_account(line: LineView) -> str | None:
    """The account that paid, from its column or from the bank's own words."""
    told = FROM_ACCOUNT.search(fold(line.description))
    return line.counter_account or (told[1] if told else None)


def _of_offer(why: Why, offer: OfferView) -> Proposal:
    return Proposal(why, offer.id, offer.donor_name or NOTHING_KNOWN, offer.amount)


def _recorded_by_hand(session: Session, line: LineView) -> Sequence[Proposal]:
    asked = {"amount": line.open_amount, "day": line.day, "days": DAYS_APART, "at_most": AT_MOST}
    rows = session.execute(text(RECORDED_BY_HAND), asked)
    return [Proposal(Why.RECORDED, row.id, row.name, row.amount) for row in rows]


def _donors_by_account(session: Session, line: LineView) -> Sequence[Proposal]:
    account = payer_account(line)
    if account is None:
        return []
    rows = session.execute(text(DONORS_BY_ACCOUNT), {"account": account, "at_most": AT_MOST})
    return [Proposal(Why.ACCOUNT, row.id, row.name) for row in rows]


def _open_offers(session: Session, line: LineView) -> Sequence[Proposal]:
    offers = open_offers_of(session, line.open_amount, now() - OFFERED_WITHIN)
    return [_of_offer(Why.OFFER, offer) for offer in offers[:AT_MOST]]


def _donors_by_name(session: Session, line: LineView) -> Sequence[Proposal]:
    words = "".join(
        c if c.isalnum() else " " for c in fold(f"{line.counter_name} {line.description}")
    )
    asked = {"words": f" {' '.join(words.split())} ", "at_most": AT_MOST}
    return [
        Proposal(Why.NAME, row.id, row.name) for row in session.execute(text(DONORS_BY_NAME), asked)
    ]
