"""What must hold between the provider's balance and the book, as sentences about what fails."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

IDENTITIES: Final = {
    # Entries of card money: gifts of payments, their movements, payouts and what became of them.
    "what waits at the card provider is what was not paid out": """
        SELECT booked - waiting FROM
          (SELECT coalesce(sum(p.signed_amount), 0) AS booked FROM postings p
           JOIN journal_entries e ON (e.branch_id, e.id) = (p.branch_id, p.entry_id)
           WHERE p.branch_id = current_branch() AND p.account_code = '113' AND (
             e.source_kind IN ('clearing_line', 'payout', 'payout.reversal')
             OR e.source_kind = 'donation' AND e.source_id IN (
               SELECT donation_id FROM payments WHERE branch_id = current_branch()))) AS b,
          (SELECT coalesce(sum(amount - fee), 0) AS waiting FROM clearing_lines
           WHERE branch_id = current_branch() AND payout_id IS NULL AND amount IS NOT NULL) AS w,
          (SELECT coalesce(sum(p.amount + p.cover_amount), 0) AS uncharged FROM payments p
           WHERE p.branch_id = current_branch() AND p.donation_id IS NOT NULL
             AND NOT EXISTS (SELECT FROM clearing_lines l
               WHERE (l.branch_id, l.payment_id) = (p.branch_id, p.id)
                 AND l.kind = 'charge' AND l.amount IS NOT NULL)) AS u
        WHERE booked <> waiting + uncharged""",
    "a payout booked what its lines held": """
        SELECT o.id FROM payouts o
        LEFT JOIN clearing_lines l ON (l.branch_id, l.payout_id) = (o.branch_id, o.id)
        WHERE o.branch_id = current_branch() AND o.state = 'paid'
        GROUP BY o.id, o.amount, o.difference
        HAVING o.amount + o.difference <> coalesce(sum(l.amount - l.fee), 0)""",
    "no more went back than was paid": """
        SELECT p.id FROM payments p
        JOIN refunds r ON (r.branch_id, r.payment_id) = (p.branch_id, p.id)
        WHERE p.branch_id = current_branch() AND r.state <> 'failed'
        GROUP BY p.id, p.total_minor HAVING sum(r.minor) > p.total_minor""",
    "what was taken of a payment is what its lines took": """
        SELECT p.id FROM payments p
        LEFT JOIN clearing_lines l ON (l.branch_id, l.payment_id) = (p.branch_id, p.id)
          AND l.kind <> 'charge' AND l.amount IS NOT NULL
        WHERE p.branch_id = current_branch()
        GROUP BY p.id, p.taken_minor HAVING p.taken_minor <> -coalesce(sum(l.minor), 0)""",
    "the gift of a payment is its amount": """
        SELECT p.id FROM payments p
        JOIN donations d ON (d.branch_id, d.id) = (p.branch_id, p.donation_id)
        WHERE p.branch_id = current_branch() AND d.amount <> p.amount""",
    "no payment needs a person": """
        SELECT id FROM payments WHERE branch_id = current_branch() AND problem IS NOT NULL""",
}


def broken_identities(session: Session) -> Sequence[str]:
    """What does not hold of the card money of the scope's branch, one sentence each."""
    return [
        f"{sentence}: {row[0]}"
        for sentence, query in IDENTITIES.items()
        for row in session.execute(text(query + " LIMIT 20"))
    ]
