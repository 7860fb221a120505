"""Whose a provider's object is: the small directory that is asked before any branch is known.

It holds ids and nothing else, and it only grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

NOTE: Final = """
    INSERT INTO payment_references (provider, reference, subject_kind, subject_id, home_id)
    SELECT :provider, reference, :kind, :subject, current_branch()
    FROM unnest(CAST(:references AS text[])) AS reference
    ON CONFLICT DO NOTHING
"""
FIND: Final = """
    SELECT reference, subject_kind, subject_id, home_id FROM payment_references
    WHERE provider = :provider AND reference = ANY(:references)
"""


class SubjectKind(StrEnum):
    """What a reference stands for."""

    PAYMENT = "payment"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Subject:
    """One of ours, and the branch it belongs to."""

    kind: SubjectKind
    id: UUID
    home_id: UUID


def note(session: Session, provider: str, subject: UUID, references: Sequence[str]) -> None:
    """Note that these ids of the provider are a payment of the scope's branch; known ones stay."""
    _note(session, SubjectKind.PAYMENT, subject, provider=provider, references=references)


def note_plan(session: Session, provider: str, subject: UUID, references: Sequence[str]) -> None:
    """Note that these ids of the provider are a plan of the scope's branch."""
    _note(session, SubjectKind.PLAN, subject, provider=provider, references=references)


def find(session: Session, provider: str, references: Sequence[str]) -> dict[str, Subject]:
    """What of these references is ours. Needs no branch."""
    rows = session.execute(
        text(FIND), {"provider": provider, "references": list(dict.fromkeys(references))}
    )
    return {row[0]: Subject(SubjectKind(row[1]), row[2], row[3]) for row in rows}


def _note(
    session: Session, kind: SubjectKind, subject: UUID, *, provider: str, references: Sequence[str]
) -> None:
    session.execute(
        text(NOTE),
        {
            "provider": provider,
            "kind": kind.value,
            "subject": subject,
            "references": [each for each in references if each],
        },
    )
