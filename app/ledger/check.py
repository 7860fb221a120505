"""The identities of a book (reliability.md §7.2), as sentences about what fails."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

IDENTITIES: Final = {
    "entries balance and have at least two lines": """
        SELECT e.id FROM journal_entries e
        LEFT JOIN postings p ON (p.branch_id, p.entry_id) = (e.branch_id, e.id)
        GROUP BY e.id HAVING count(p.line) < 2 OR sum(p.signed_amount) <> 0""",
    "the trial balance is zero": """
        SELECT sum(signed_amount) FROM postings HAVING sum(signed_amount) <> 0""",
    "lines carry the date of their entry": """
        SELECT e.id FROM journal_entries e
        JOIN postings p ON (p.branch_id, p.entry_id) = (e.branch_id, e.id)
        WHERE p.dated_on <> e.dated_on""",
    "a reversal mirrors what it reverses": """
        SELECT r.id FROM journal_entries r
        WHERE r.reverses_id IS NOT NULL AND EXISTS (
          (SELECT p.line, p.account_code, -p.signed_amount, p.fund_id, p.source FROM postings p
           WHERE (p.branch_id, p.entry_id) = (r.branch_id, r.id))
          EXCEPT
          (SELECT o.line, o.account_code, o.signed_amount, o.fund_id, o.source FROM postings o
           WHERE (o.branch_id, o.entry_id) = (r.branch_id, r.reverses_id)))""",
    "fund balances equal the money posted to them": """
        SELECT s.fund_id FROM fund_standings s
        WHERE s.balance <> coalesce((
          SELECT sum(p.signed_amount) FROM postings p
          JOIN ledger_accounts a ON (a.branch_id, a.code) = (p.branch_id, p.account_code)
          WHERE (p.branch_id, p.fund_id) = (s.branch_id, s.fund_id) AND a.kind = 'money'), 0)""",
    "no fund is below what it has promised": """
        SELECT fund_id FROM fund_standings WHERE available < 0""",
}


def broken_identities(session: Session) -> Sequence[str]:
    """What does not hold in the book of the scope's branch, one sentence each."""
    return [
        f"{sentence}: {row[0]}"
        for sentence, query in IDENTITIES.items()
        for row in session.execute(text(query + " LIMIT 20"))
    ]
