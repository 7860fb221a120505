"""Reads of givers: search without accents, likely duplicates, what one has given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.donors.commands import NewDonor
from app.donors.names import names_agree
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


# Similarity of two folded names from which on they are nearly one.
NEARLY: Final = 0.6
# How many near names are looked at to find those that agree.
NEAREST: Final = 40
HOLDS_EVERY_WORD: Final = (
    "(SELECT bool_and(strpos(d.search_key, w) > 0) FROM unnest(CAST(:words AS text[])) w)"
)
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
    query = DONORS + (
        f" WHERE {HOLDS_EVERY_WORD} IS NOT FALSE"
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


def suggest_donors(session: Session, typed: str, *, at_most: int = 6) -> Sequence[DonorView]:
    """Givers that a name being typed may mean, the likeliest first.

    That very name, then names that begin so, then names that hold every word, then nearly such.
    """
    query = DONORS + (
        f" WHERE {HOLDS_EVERY_WORD} OR similarity(d.search_key, :key) > {NEARLY}"
        " ORDER BY d.search_key <> :key, NOT starts_with(d.search_key, :key),"
        f"  NOT {HOLDS_EVERY_WORD}, similarity(d.search_key, :key) DESC, d.sort_key, d.id"
        " LIMIT :at_most"
    )
    key = fold(typed)
    rows = session.execute(text(query), {"key": key, "words": key.split(), "at_most": at_most})
    return [DonorView(*row) for row in rows]


def namesakes(session: Session, donor: NewDonor, *, at_most: int = 5) -> Sequence[DonorView]:
    """Givers of exactly that name, accents and case aside, the last to give first.

    None when the giver was told just as a known one was: those two are one without asking.
    """
    query = DONORS + (
        " WHERE d.search_key = :search_key"
        " AND NOT EXISTS (SELECT FROM donors s WHERE s.identity = decode(:identity, 'hex'))"
        " ORDER BY g.last_on DESC NULLS LAST, d.id LIMIT :at_most"
    )
    rows = session.execute(text(query), {**donor.as_json(), "at_most": at_most})
    return [DonorView(*row) for row in rows]


def perhaps_same(session: Session, donor: DonorView, *, at_most: int = 5) -> Sequence[DonorView]:
    """Other givers who may be this one, the likeliest first; a person decides.

    They share telephone, e-mail or address, or their names agree (app.donors.names).
    """
    query = DONORS + (
        " WHERE d.id <> :id AND (d.phone = :phone OR d.email = :email OR d.address = :address"
        f"   OR similarity(d.search_key, :key) > {NEARLY})"
        " ORDER BY (d.phone = :phone OR d.email = :email) IS TRUE DESC,"
        "  d.search_key <> :key, similarity(d.search_key, :key) DESC, d.id LIMIT :at_most"
    )
    asked = {"id": donor.id, "key": fold(donor.name), "at_most": NEAREST}
    contact = {"phone": donor.phone, "email": donor.email, "address": donor.address}
    found = [DonorView(*row) for row in session.execute(text(query), {**asked, **contact})]
    return [other for other in found if _agree(donor, other)][:at_most]


def get_donor(session: Session, donor_id: UUID) -> DonorView:
    """One giver of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(DONORS + " WHERE d.id = :id"), {"id": donor_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy nhà hảo tâm này."))
    return DonorView(*row)


def is_of_one_house(address: str | None) -> bool:
    """Whether an address names a house: without a number it is the ward that thousands share."""
    return any(sign.isdigit() for sign in address or "")


def _agree(donor: DonorView, other: DonorView) -> bool:
    contacts = ((donor.phone, other.phone), (donor.email, other.email))
    return (
        any(mine and mine == theirs for mine, theirs in contacts)
        or (donor.address == other.address and is_of_one_house(donor.address))
        or names_agree(donor.name, other.name)
    )
