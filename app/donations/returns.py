"""Gifts by card whose money went back, wholly or in part: what their receipts say of it.

The money's own entries are made with the movements of the card (app/payments/book.py). A gift of
which something is left keeps its receipt, and what was returned stands beside it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.kernel.errors import marked
from app.kernel.ids import uuid7

WHOLLY: Final = marked("Đã hoàn toàn bộ số tiền về thẻ của người ủng hộ")
LEFT: Final = """
    SELECT coalesce(
      (SELECT left_amount FROM donation_returns WHERE branch_id = current_branch()
       AND donation_id = :donation ORDER BY id DESC LIMIT 1),
      (SELECT amount FROM donations WHERE branch_id = current_branch() AND id = :donation))
"""
NOTE: Final = """
    INSERT INTO donation_returns (id, donation_id, amount, left_amount)
    VALUES (:id, :donation, :amount, :left)
"""


@dataclass(frozen=True, slots=True)
class ReturnView:
    """So much of a gift went back (came again, when negative), and what is left of it, in đồng."""

    amount: int
    left: int
    posted_at: datetime


def mark_return(session: Session, donation_id: UUID, *, left: int, is_gone: bool) -> None:
    """Note what is left of a gift by card; void its receipt when nothing is, for good.

    Said again, it changes nothing. A receipt once void stays so: money that comes again after
    that is for a person to look at.
    """
    before: int = session.execute(text(LEFT), {"donation": donation_id}).scalar_one()
    if before != left:
        session.execute(
            text(NOTE),
            {"id": uuid7(), "donation": donation_id, "amount": before - left, "left": left},
        )
        audit.record(session, "donations.partly_returned", donation_id)
    if is_gone:
        session.execute(
            text("SELECT return_gift(:id, :donation, :digest, :why)"),
            {
                "id": uuid7(),
                "donation": donation_id,
                "digest": hashlib.sha256(donation_id.bytes).digest(),
                "why": WHOLLY,
            },
        )


def returns_of(session: Session, donation_id: UUID) -> Sequence[ReturnView]:
    """What went back of a gift, oldest first."""
    rows = session.execute(
        text(
            "SELECT amount, left_amount, posted_at FROM donation_returns"
            " WHERE branch_id = current_branch() AND donation_id = :id ORDER BY id"
        ),
        {"id": donation_id},
    )
    return [ReturnView(*row) for row in rows]
