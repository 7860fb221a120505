"""What must hold between the bank's lines and the book, as sentences about what fails."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

IDENTITIES: Final = {
    # Invariant 7 of domain.md §10.
    "a line was found to be as much as it was, and no more": """
        SELECT l.id FROM bank_lines l WHERE l.branch_id = current_branch()
          AND l.amount - l.open_amount <> coalesce((
            SELECT sum(m.amount) FROM bank_matches m
            WHERE (m.branch_id, m.line_id) = (l.branch_id, l.id) AND m.undone_at IS NULL), 0)""",
    "every line stands in the book with its amount": """
        SELECT l.id FROM bank_lines l WHERE l.branch_id = current_branch()
          AND NOT EXISTS (SELECT FROM journal_entries e
            JOIN postings p ON (p.branch_id, p.entry_id) = (e.branch_id, e.id)
            WHERE (e.branch_id, e.source_kind, e.source_id) = (l.branch_id, 'bank_line', l.id)
              AND p.account_code = '112'
              AND p.signed_amount = CASE l.side WHEN 'credit' THEN l.amount ELSE -l.amount END)""",
    "suspense is what nobody has said anything of": """
        SELECT booked - waiting FROM
          (SELECT coalesce(sum(signed_amount), 0) AS booked FROM postings
           WHERE branch_id = current_branch() AND account_code = '3388') AS b,
          (SELECT coalesce(sum(CASE side WHEN 'debit' THEN open_amount ELSE -open_amount END), 0)
             AS waiting
           FROM bank_lines WHERE branch_id = current_branch()) AS w
        WHERE booked <> waiting""",
    "a gift from lines is made of its whole amount": """
        SELECT n.id FROM donations n
        JOIN (SELECT subject_id, sum(amount) AS amount FROM bank_matches
              WHERE branch_id = current_branch() AND kind = 'gift' AND undone_at IS NULL
              GROUP BY subject_id) AS m ON m.subject_id = n.id
        WHERE n.branch_id = current_branch() AND n.amount <> m.amount""",
}


def broken_identities(session: Session) -> Sequence[str]:
    """What does not hold at the bank of the scope's branch, one sentence each."""
    return [
        f"{sentence}: {row[0]}"
        for sentence, query in IDENTITIES.items()
        for row in session.execute(text(query + " LIMIT 20"))
    ]
