"""Verbs of givers. A giver comes into the book with a gift; here one is corrected."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.donors.commands import CorrectDonor
from app.donors.queries import get_donor

# Whoever is told as another giver is known already stays beside him: a person joins them, or none.
CORRECT: Final = """
    UPDATE donors SET kind = :kind, name = :name, search_key = :search_key, sort_key = :sort_key,
                      phone = :phone, email = :email, address = :address,
                      identity = (SELECT decode(:identity, 'hex') WHERE NOT EXISTS (
                        SELECT FROM donors d
                        WHERE d.identity = decode(:identity, 'hex') AND d.id <> :id))
    WHERE id = :id
      AND (kind, name, phone, email, address)
        IS DISTINCT FROM (:kind, :name, :phone, :email, :address)
"""


def correct_donor(session: Session, command: CorrectDonor) -> bool:
    """Put a giver right from now on; True when that changed anything, and then on record.

    Receipts keep what they were issued with, gifts the source they were booked under. Who is told
    later as the giver is called now is this one.
    Raises:
        NotFound: absent, or another branch's.
    """
    get_donor(session, command.id)
    parameters = {"id": command.id, **command.told.as_json()}
    if not session.execute(text(CORRECT), parameters).rowcount:  # type: ignore[attr-defined]
        return False
    audit.record(session, "donors.corrected", command.id)
    return True
