"""Reads of givers: search without accents, likely duplicates, what one has given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked
from app.kernel.text import fold


@dataclass(frozen=True, slots=True)
class DonorView:
    """A giver, and in sum what was given and not taken back."""

    id: UUID
    kind: str
    name: str
    phone: str | None
    email: str | None
    address: str | None
    gift_count: int
    gift_total: int
    last_gift_on: date | None
    sort_key: str


DONORS: Final = """
    SELECT d.id, d.kind, d.name, d.phone, d.email, d.address, coalesce(g.gifts, 0),
           coalesce(g.total, 0), g.last_on, d.sort_key
    FROM donors d LEFT JOIN LATERAL (
      SELECT count(*) AS gifts, sum(n.amount)::bigint AS total, max(n.received_on) AS last_on
      FROM donations n WHERE n.donor_id = d.id
      AND NOT EXISTS (SELECT FROM donation_reversals r
                      WHERE r.donation_id = n.id)) g ON true
"""


def search_donors(
    session: Session, words: str, *, after: tuple[str, UUID] | None = None, at_most: int = 50
) -> Sequence[DonorView]:
    """Givers whose name holds every word (accents and case aside, đ = d), in Vietnamese order."""
    after_key, after_id = after or (None, None)
    query = DONORS + (  # noqa: S608  no word of it comes from outside
        " WHERE (SELECT bool_and(strpos(d.search_key, w) > 0)"
        "   FROM unnest(CAST(:words AS text[])) w) IS NOT FALSE"
        " AND (CAST(:after_key AS text) IS NULL OR (d.sort_key, d.id)"
        '   > (CAST(:after_key AS text) COLLATE "C", CAST(:after_id AS uuid)))'
        " ORDER BY d.sort_key, d.id LIMIT :at_most"
    )
    rows = session.execute(
        text(query),
        {
            "words": fold(words).split(),
            "after_key": after_key,
            "after_id": after_id,
            "at_most": at_most,
        },
    )
    return [DonorView(*row) for row in rows]


def likely_same(session: Session, name: str, *, at_most: int = 5) -> Sequence[DonorView]:
    """Givers whose name is the same or nearly so; a person decides whether they are one."""
    query = DONORS + (
        " WHERE similarity(d.search_key, :key) > 0.6"
        " ORDER BY similarity(d.search_key, :key) DESC, d.id LIMIT :at_most"
    )
    rows = session.execute(text(query), {"key": fold(name), "at_most": at_most})
    return [DonorView(*row) for row in rows]


def get_donor(session: Session, donor_id: UUID) -> DonorView:
    """One giver of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(DONORS + " WHERE d.id = :id"), {"id": donor_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy nhà hảo tâm này."))
    return DonorView(*row)
