"""From whose account a line came, and whether that account has answered an offer before."""

import re
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.queries import LINES, LineView
from app.kernel.text import fold

# "CT tu 0716372890209 NGUYEN VAN A": the payer's account, where no column tells it.
FROM_ACCOUNT: Final = re.compile(r"\bct\s*(?:den\s*)?tu\s*([0-9]{6,19})\b")
OF_OFFER: Final = """
    AND EXISTS (SELECT FROM bank_matches m
      JOIN offer_gifts g ON (g.branch_id, g.donation_id) = (m.branch_id, m.subject_id)
      WHERE (m.branch_id, m.line_id) = (l.branch_id, l.id)
        AND m.undone_at IS NULL AND g.offer_id = :offer)
"""


def payer_account(line: LineView) -> str | None:
    """The account that paid, from its column or from the bank's own words."""
    told = FROM_ACCOUNT.search(fold(line.description))
    return line.counter_account or (told[1] if told else None)


def has_answered(session: Session, offer_id: UUID, line: LineView) -> bool:
    """Whether the line's payer gave for the offer before; False where no account is told."""
    account = payer_account(line)
    if account is None:
        return False
    rows = session.execute(text(LINES + OF_OFFER), {"offer": offer_id})
    return any(_signs(payer_account(LineView(*row)) or "") == _signs(account) for row in rows)


def _signs(account: str) -> str:
    return "".join(sign for sign in account.upper() if sign.isalnum())
