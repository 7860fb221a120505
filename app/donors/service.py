"""Verbs of givers. A giver comes into the book with a gift; here one is corrected."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.donors.commands import CorrectDonor
from app.donors.queries import get_donor
from app.kernel.text import fold, sort_key

CORRECT: Final = """
    UPDATE donors SET kind = :kind, name = :name, search_key = :search_key, sort_key = :sort_key,
                      phone = :phone, email = :email, address = :address
    WHERE id = :id
      AND (kind, name, phone, email, address)
        IS DISTINCT FROM (:kind, :name, :phone, :email, :address)
"""


def correct_donor(session: Session, command: CorrectDonor) -> bool:
    """Put a giver right from now on; True when that changed anything, and then on record.

    Receipts keep what they were issued with, gifts the source they were booked under.
    Raises:
        NotFound: absent, or another branch's.
    """
    get_donor(session, command.id)
    parameters = {
        "id": command.id,
        "kind": command.kind.value,
        "name": command.name,
        "search_key": fold(command.name),
        "sort_key": sort_key(command.name),
        "phone": command.phone,
        "email": command.email,
        "address": command.address,
    }
    if not session.execute(text(CORRECT), parameters).rowcount:  # type: ignore[attr-defined]
        return False
    audit.record(session, "donors.corrected", command.id)
    return True
