"""Every total against the ledger, in one snapshot. Empty means that all agree to the đồng."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

# What own totals must be: all postings, less what still waits to be folded.
LEDGER: Final = """
    WITH posted AS (
      SELECT p.branch_id, p.dated_on AS day, p.source, p.restriction, -p.signed_amount AS amount,
             CASE a.kind WHEN 'income_in_kind' THEN -p.signed_amount ELSE 0 END AS in_kind_amount,
             CASE p.side WHEN 'credit' THEN 1 ELSE -1 END AS gift_count
      FROM postings p
      JOIN ledger_accounts a ON a.branch_id = p.branch_id AND a.code = p.account_code
      WHERE a.kind IN ('income', 'income_in_kind')
        AND p.source IS NOT NULL AND p.fund_id IS NOT NULL
      UNION ALL
      SELECT branch_id, day, source, restriction, -amount, -in_kind_amount, -gift_count
      FROM rollup_deltas WHERE source IS NOT NULL
    ), own AS (
      SELECT branch_id, 'own' AS reach, day, source, restriction, sum(amount)::bigint AS amount,
             sum(in_kind_amount)::bigint AS in_kind_amount, sum(gift_count)::bigint AS gift_count
      FROM posted GROUP BY 1, 2, 3, 4, 5
    ), expected AS (
      SELECT * FROM own
      UNION ALL
      SELECT a.ancestor_id, 'tree', o.day, o.source, o.restriction, sum(o.amount)::bigint,
             sum(o.in_kind_amount)::bigint, sum(o.gift_count)::bigint
      FROM own o JOIN branch_ancestry a
        ON a.descendant_id = o.branch_id AND o.day >= a.valid_from AND o.day < a.valid_to
      GROUP BY 1, 2, 3, 4, 5
    ), expected_months AS (
      SELECT branch_id, reach, date_trunc('month', day)::date AS month, source, restriction,
             sum(amount)::bigint AS amount, sum(in_kind_amount)::bigint AS in_kind_amount,
             sum(gift_count)::bigint AS gift_count
      FROM expected GROUP BY 1, 2, 3, 4, 5
    )
"""
DIFFERENCE: Final = """
    SELECT e.*, t.* FROM {expected} e
    FULL JOIN {totals} t USING (branch_id, reach, {when}, source, restriction)
    WHERE (coalesce(e.amount, 0), coalesce(e.in_kind_amount, 0), coalesce(e.gift_count, 0))
       <> (coalesce(t.amount, 0), coalesce(t.in_kind_amount, 0), coalesce(t.gift_count, 0))
    LIMIT 50
"""
CHECKS: Final = (
    ("expected", "branch_day_totals", "day"),
    ("expected_months", "branch_month_totals", "month"),
)


def differences(session: Session) -> Sequence[str]:
    """Totals that differ from the ledger, one line each. Needs the relay's scope."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    found = []
    for expected, totals, when in CHECKS:
        query = LEDGER + DIFFERENCE.format(expected=expected, totals=totals, when=when)
        found += [f"{totals}: {tuple(row)}" for row in session.execute(text(query))]
    return found
