"""The promises of numbered receipts and of their papers, as sentences about what fails.

Empty means true.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.storage import FileStore

IDENTITIES: Final = {
    "a series has no gap and no double (D13)": """
        SELECT s.kind || '/' || s.fiscal_year || '/' || s.book FROM receipt_series s
        LEFT JOIN receipts r ON (r.branch_id, r.fiscal_year, r.kind, r.book)
          = (s.branch_id, s.fiscal_year, s.kind, s.book)
        GROUP BY s.fiscal_year, s.kind, s.book, s.last_number
        HAVING count(r.number) <> s.last_number OR max(r.number) <> s.last_number
            OR min(r.number) <> 1""",
    "a gift has one receipt and one entry": """
        SELECT d.id FROM donations d
        LEFT JOIN receipts r ON (r.branch_id, r.donation_id) = (d.branch_id, d.id)
        LEFT JOIN journal_entries e
          ON (e.branch_id, e.source_kind, e.source_id) = (d.branch_id, 'donation', d.id)
        WHERE r.id IS NULL OR e.id IS NULL""",
    "a receipt is void exactly when its gift was reversed": """
        SELECT r.id FROM receipts r
        LEFT JOIN receipt_voids v ON (v.branch_id, v.receipt_id) = (r.branch_id, r.id)
        LEFT JOIN donation_reversals x
          ON (x.branch_id, x.donation_id) = (r.branch_id, r.donation_id)
        WHERE (v.receipt_id IS NULL) <> (x.id IS NULL)""",
    "a receipt says the amount of its gift": """
        SELECT r.id FROM receipts r
        JOIN donations d ON (d.branch_id, d.id) = (r.branch_id, r.donation_id)
        WHERE (r.snapshot ->> 'amount')::bigint <> d.amount""",
    # Summed once: asked gift by gift, the planner may read the whole book each time.
    "a gift's entry counts its amount": """
        WITH credited AS MATERIALIZED (
          SELECT p.entry_id, sum(p.amount) AS amount FROM postings p
          JOIN ledger_accounts a ON (a.branch_id, a.code) = (p.branch_id, p.account_code)
          WHERE p.side = 'credit' AND a.kind IN ('income', 'income_in_kind')
          GROUP BY p.entry_id)
        SELECT d.id FROM donations d
        JOIN journal_entries e
          ON (e.branch_id, e.source_kind, e.source_id) = (d.branch_id, 'donation', d.id)
        LEFT JOIN credited c ON c.entry_id = e.id
        WHERE c.amount IS DISTINCT FROM d.amount""",
}


def broken_identities(session: Session) -> Sequence[str]:
    """What does not hold among the receipts of the scope's branch, one sentence each."""
    return [
        f"{sentence}: {row[0]}"
        for sentence, query in IDENTITIES.items()
        for row in session.execute(text(query + " LIMIT 20"))
    ]


RECORDED_PAPERS: Final = """
    SELECT r.kind || '/' || r.fiscal_year || '/' || r.book AS series, r.number,
           d.rendition, d.digest
    FROM receipt_documents d
    JOIN receipts r ON (r.branch_id, r.id) = (d.branch_id, d.receipt_id)
    ORDER BY r.fiscal_year, r.kind, r.book, r.number, d.rendition
"""
# A receipt owes its original, a void one its void paper too, unless a fact still asks for it.
UNPRINTED_PAPERS: Final = """
    SELECT r.kind || '/' || r.fiscal_year || '/' || r.book AS series, r.number, owed.rendition
    FROM receipts r
    LEFT JOIN receipt_voids v ON (v.branch_id, v.receipt_id) = (r.branch_id, r.id)
    CROSS JOIN (VALUES ('original', 'receipts.issued'), ('void', 'receipts.voided'))
      AS owed (rendition, event)
    WHERE (owed.rendition = 'original' OR v.receipt_id IS NOT NULL)
      AND NOT EXISTS (SELECT FROM receipt_documents d
                      WHERE (d.branch_id, d.receipt_id) = (r.branch_id, r.id)
                      AND d.rendition = owed.rendition)
      AND NOT EXISTS (SELECT FROM outbox o WHERE (o.branch_id, o.subject_id) = (r.branch_id, r.id)
                      AND o.event = owed.event
                      AND o.failed_at IS NULL)
    ORDER BY r.fiscal_year, r.kind, r.book, r.number
"""


def papers_without_file(session: Session, files: FileStore) -> Sequence[str]:
    """Papers of the scope's branch whose file is not what was recorded, or that nobody will print.

    Reads every file. A paper that still waits to be printed, or to be asked for, is none of them.
    """
    recorded = session.execute(text(RECORDED_PAPERS)).all()
    unprinted = session.execute(text(UNPRINTED_PAPERS)).all()
    return [
        *(
            f"{row.series} no. {row.number} {row.rendition}: its file is lost or changed"
            for row in recorded
            if not files.holds(row.digest)
        ),
        *(
            f"{row.series} no. {row.number} {row.rendition}: it was never printed"
            for row in unprinted
        ),
    ]
