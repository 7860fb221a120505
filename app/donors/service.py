"""Verbs of givers. A giver comes into the book with a gift; here one is corrected."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.donors.commands import CorrectDonor
from app.donors.queries import get_donor
from app.kernel.text import fold, sort_key

CORRECT: Final = """
    UPDATE donors SET name = :name, search_key = :search_key, sort_key = :sort_key,
                      phone = :phone, email = :email, address = :address
    WHERE id = :id
      AND (name, phone, email, address) IS DISTINCT FROM (:name, :phone, :email, :address)
"""


def correct_donor(session: Session, command: CorrectDonor) -> bool:
    """Put name and contact right from now on; True when that changed anything, and then on record.

    Receipts keep what they were issued with.
    Raises:
        NotFound: absent, or another branch's.
    """
    get_donor(session, command.id)
    parameters = {
        "id": command.id,
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
