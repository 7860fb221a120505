"""What a line may be, the likeliest first: for a person to confirm, never for the machine (S3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.queries import LineView
from app.giving.payers import payer_account
from app.giving.queries import OfferView, offers_with_codes, open_offers_of
from app.kernel.clock import local, now
from app.kernel.memo_codes import codes_in
from app.kernel.text import fold

# How far back an offer is looked for, and how far a gift typed by hand may lie from its line.
OFFERED_WITHIN: Final = timedelta(days=45)
DAYS_APART: Final = 7
AT_MOST: Final = 5
NOTHING_KNOWN: Final = "–"

DONORS_BY_ACCOUNT: Final = """
    SELECT d.id, d.name, max(n.received_on) AS last_on
    FROM bank_lines l
    JOIN bank_matches m ON (m.branch_id, m.line_id) = (l.branch_id, l.id)
     AND m.undone_at IS NULL AND m.kind IN ('gift', 'recorded_gift')
    JOIN donations n ON (n.branch_id, n.id) = (m.branch_id, m.subject_id)
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    WHERE l.branch_id = current_branch() AND d.kind <> 'anonymous'
      AND (l.counter_account = :account OR strpos(l.description, :account) > 0)
    GROUP BY d.id, d.name
"""
DONORS_BY_NAME: Final = """
    SELECT d.id, d.name, max(n.received_on) AS last_on
    FROM donors d LEFT JOIN donations n ON (n.branch_id, n.donor_id) = (d.branch_id, d.id)
    WHERE d.branch_id = current_branch() AND d.kind <> 'anonymous'
      AND strpos(d.search_key, ' ') > 0 AND strpos(:words, ' ' || d.search_key || ' ') > 0
    GROUP BY d.id, d.name
"""
# Each of the givers with the latest gift, by which a person knows them again.
WITH_LAST_GIFT: Final = """
    SELECT f.id, f.name, g.amount, f.last_on, g.receipt FROM ({givers}) AS f
    LEFT JOIN LATERAL (
      SELECT n.amount, concat_ws('/', r.kind, r.fiscal_year, r.book) || ' · '
             || to_char(r.number, 'FM0000000') AS receipt
      FROM donations n JOIN receipts r ON (r.branch_id, r.donation_id) = (n.branch_id, n.id)
      WHERE n.branch_id = current_branch() AND n.donor_id = f.id
      ORDER BY n.received_on DESC, n.posted_at DESC LIMIT 1) AS g ON true
    ORDER BY f.last_on DESC NULLS LAST, f.id LIMIT :at_most
"""
RECORDED_BY_HAND: Final = """
    SELECT n.id, d.id AS donor_id, d.name, n.received_on, n.amount,
           concat_ws('/', r.kind, r.fiscal_year, r.book) || ' · '
           || to_char(r.number, 'FM0000000') AS receipt
    FROM donations n
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    JOIN receipts r ON (r.branch_id, r.donation_id) = (n.branch_id, n.id)
    WHERE n.branch_id = current_branch() AND n.method = 'bank_transfer' AND n.amount = :amount
      AND n.received_on BETWEEN CAST(:day AS date) - :days AND CAST(:day AS date) + :days
      AND NOT EXISTS (SELECT FROM donation_reversals v
        WHERE (v.branch_id, v.donation_id) = (n.branch_id, n.id))
      AND NOT EXISTS (SELECT FROM bank_matches m
        WHERE (m.branch_id, m.subject_id) = (n.branch_id, n.id) AND m.undone_at IS NULL)
    ORDER BY abs(n.received_on - CAST(:day AS date)), n.posted_at LIMIT :at_most
"""
# What the provider says comes in another currency the bank changes at a rate of its own.
PAYOUTS: Final = """
    SELECT o.id, o.provider_ref, o.amount, o.arrives_on FROM payouts o
    WHERE o.branch_id = current_branch() AND o.state = 'paid'
      AND o.arrives_on BETWEEN CAST(:day AS date) - :days AND CAST(:day AS date) + :days
      AND CASE o.currency WHEN 'VND' THEN o.amount = :amount
          ELSE abs(o.amount - :amount) * 50 <= o.amount END
      AND NOT EXISTS (SELECT FROM bank_matches m
        WHERE (m.branch_id, m.subject_id) = (o.branch_id, o.id) AND m.undone_at IS NULL)
    ORDER BY abs(o.amount - :amount), abs(o.arrives_on - CAST(:day AS date)), o.id LIMIT :at_most
"""


class Why(StrEnum):
    """What speaks for a proposal, the strongest first."""

    CODE = "code"
    PAID = "paid"
    PAYOUT = "payout"
    RECORDED = "recorded"
    ACCOUNT = "account"
    OFFER = "offer"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the line may be: `subject_id` is of an offer, a gift, a donor or a payout of card money.

    Amount, day and mark (code or receipt number) are of it; of a donor they are of the last gift.
    """

    why: Why
    subject_id: UUID
    name: str
    amount: int | None
    day: date | None
    mark: str | None
    is_amount_alone: bool = False


def proposals(session: Session, line: LineView) -> Sequence[Proposal]:
    """What a credit line may be, the likeliest first; each subject once.

    What only the amount speaks for comes last, and says so.
    """
    words = _words(f"{line.counter_name or ''} {line.description}")
    by_account = _donors_by_account(session, line)
    found = [
        *(_of_code(offer) for offer in offers_with_codes(session, codes_in(line.description))),
        *_payouts(session, line),
        *_recorded_by_hand(session, line, words, {each.subject_id for each in by_account}),
        *by_account,
        *_open_offers(session, line, words),
        *_donors_by_name(session, words),
    ]
    once: dict[UUID, Proposal] = {}
    for proposal in found:
        once.setdefault(proposal.subject_id, proposal)
    return sorted(once.values(), key=lambda proposal: proposal.is_amount_alone)


def _of_code(offer: OfferView) -> Proposal:
    return _of_offer(Why.PAID if offer.is_paid else Why.CODE, offer)


def _of_offer(why: Why, offer: OfferView, *, is_amount_alone: bool = False) -> Proposal:
    return Proposal(
        why=why,
        subject_id=offer.id,
        name=offer.donor_name or NOTHING_KNOWN,
        amount=offer.amount,
        day=local(offer.made_at).date(),
        mark=offer.code,
        is_amount_alone=is_amount_alone,
    )


def _payouts(session: Session, line: LineView) -> Sequence[Proposal]:
    return [
        Proposal(
            why=Why.PAYOUT,
            subject_id=row.id,
            name=row.provider_ref,
            amount=row.amount,
            day=row.arrives_on,
            mark=None,
        )
        for row in session.execute(text(PAYOUTS), _nearby(line))
    ]


def _nearby(line: LineView) -> dict[str, object]:
    return {
        "amount": line.open_amount,
        "day": line.day,
        "days": DAYS_APART,
        "at_most": AT_MOST,
    }


def _recorded_by_hand(
    session: Session, line: LineView, words: str, known: Collection[UUID]
) -> Sequence[Proposal]:
    """Gifts typed by hand; `known` are the donors whose account the line came from."""
    return [
        Proposal(
            why=Why.RECORDED,
            subject_id=row.id,
            name=row.name,
            amount=row.amount,
            day=row.received_on,
            mark=row.receipt,
            is_amount_alone=row.donor_id not in known and not _is_named(row.name, words),
        )
        for row in session.execute(text(RECORDED_BY_HAND), _nearby(line))
    ]


def _donors_by_account(session: Session, line: LineView) -> Sequence[Proposal]:
    account = payer_account(line)
    if account is None:
        return []
    return _donors(session, Why.ACCOUNT, DONORS_BY_ACCOUNT, account=account)


def _open_offers(session: Session, line: LineView, words: str) -> Sequence[Proposal]:
    offers = open_offers_of(session, line.open_amount, now() - OFFERED_WITHIN)
    return [
        _of_offer(Why.OFFER, offer, is_amount_alone=not _is_named(offer.donor_name or "", words))
        for offer in offers[:AT_MOST]
    ]


def _donors_by_name(session: Session, words: str) -> Sequence[Proposal]:
    return _donors(session, Why.NAME, DONORS_BY_NAME, words=words)


def _donors(session: Session, why: Why, givers: str, **asked: str) -> Sequence[Proposal]:
    rows = session.execute(
        text(WITH_LAST_GIFT.format(givers=givers)), {**asked, "at_most": AT_MOST}
    )
    return [
        Proposal(
            why=why,
            subject_id=row.id,
            name=row.name,
            amount=row.amount,
            day=row.last_on,
            mark=row.receipt,
        )
        for row in rows
    ]


def _words(told: str) -> str:
    """Folded words between single spaces."""
    letters = "".join(sign if sign.isalnum() else " " for sign in fold(told))
    return f" {' '.join(letters.split())} "


def _is_named(name: str, words: str) -> bool:
    """Whether the words hold the whole name; one word alone is nobody's."""
    key = _words(name)
    return " " in key.strip() and key in words
