"""Reads of the tree; it belongs to nobody, so any scope may ask."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked


@dataclass(frozen=True, slots=True)
class BranchView:
    """A branch as it is called today, or as it was last called when it is closed."""

    id: UUID
    slug: str
    name: str
    short_name: str
    kind: str
    parent_id: UUID | None
    parent_slug: str | None
    parent_name: str | None
    books: str
    opened_on: date
    closed_on: date | None
    official_code: str | None
    address: str | None
    phone: str | None
    email: str | None
    population: int | None
    tile_x: int | None
    tile_y: int | None

    @property
    def has_contact(self) -> bool:
        """Whether the branch says how it is reached."""
        return bool(self.address or self.phone or self.email)

    def lives_on(self, day: date) -> bool:
        """Whether the branch is open on `day`."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)


@dataclass(frozen=True, slots=True)
class Term:
    """Days of a branch under one parent: from `first` until before `stop` (None: still is)."""

    first: date
    stop: date | None


@dataclass(frozen=True, slots=True)
class LowerBranch:
    """A branch directly under another one at some time asked for, as it is called now, and when."""

    id: UUID
    slug: str
    name: str
    short_name: str
    kind: str
    opened_on: date
    closed_on: date | None
    population: int | None
    tile_x: int | None
    tile_y: int | None
    terms: tuple[Term, ...]

    @property
    def left_on(self) -> date | None:
        """The day from which the branch was no longer there: closed or moved; None when it is."""
        return self.terms[-1].stop


@dataclass(frozen=True, slots=True)
class BranchName:
    """What names a branch and where it stands: enough to find it and to go there."""

    slug: str
    name: str
    short_name: str
    kind: str
    parent_name: str | None
    closed_on: date | None


SLUG: Final = re.compile(r"[a-z0-9-]{1,200}")


def could_be_slug(text_of_address: str) -> bool:
    """Whether a part of an address could name a branch at all; the database takes no NUL."""
    return SLUG.fullmatch(text_of_address) is not None


# The newest term that has begun names a branch; a branch that opens in future shows its first.
NAMED: Final = """
  SELECT b.id, b.slug, t.name, t.short_name, t.kind, t.parent_id, p.slug AS parent_slug,
         (SELECT pt.name FROM branch_history pt WHERE pt.subject_id = p.id
          ORDER BY pt.valid_from <= local_day(now()) DESC, pt.valid_from DESC LIMIT 1)
           AS parent_name,
         b.books, b.opened_on, b.closed_on, b.official_code, b.address, b.phone, b.email,
         b.population, b.tile_x, b.tile_y
  FROM branches b
  JOIN LATERAL (
    SELECT * FROM branch_history h WHERE h.subject_id = b.id
    ORDER BY h.valid_from <= local_day(now()) DESC, h.valid_from DESC LIMIT 1) t ON true
  LEFT JOIN branches p ON p.id = t.parent_id
"""


def find_branch(session: Session, slug: str) -> BranchView | None:
    """The branch with this slug, open or closed, or None."""
    if not could_be_slug(slug):
        return None
    row = session.execute(text(NAMED + " WHERE b.slug = :slug"), {"slug": slug}).mappings().first()
    return view(row) if row else None


def get_branch(session: Session, slug: str) -> BranchView:
    """The branch with this slug, open or closed.

    Raises:
        NotFound: there is none.
    """
    branch = find_branch(session, slug)
    if branch is None:
        message = marked("Không tìm thấy đơn vị này.")
        raise NotFound(message)
    return branch


def branch_of(session: Session, branch_id: UUID) -> BranchView:
    """The branch with this id, which must exist."""
    rows = session.execute(text(NAMED + " WHERE b.id = :id"), {"id": branch_id}).mappings()
    return view(rows.one())


def open_branches(session: Session) -> Sequence[BranchView]:
    """Every branch open today, by slug."""
    query = " WHERE b.closed_on IS NULL OR b.closed_on > local_day(now()) ORDER BY b.slug"
    return [view(row) for row in session.execute(text(NAMED + query)).mappings()]


def all_branches(session: Session) -> Sequence[BranchView]:
    """Every branch, closed ones too, by slug."""
    return [view(row) for row in session.execute(text(NAMED + " ORDER BY b.slug")).mappings()]


def branches_called(session: Session, slugs: Sequence[str]) -> Sequence[BranchView]:
    """The branches with these slugs, by name; slugs that name none are left out."""
    query = text(NAMED + " WHERE b.slug = ANY(:slugs) ORDER BY t.name, b.slug")
    return [view(row) for row in session.execute(query, {"slugs": list(slugs)}).mappings()]


def has_children(session: Session, branch_id: UUID) -> bool:
    """Whether a branch is open today directly under this one."""
    query = text(
        "SELECT EXISTS (SELECT FROM branch_ancestry WHERE ancestor_id = :id AND depth = 1"
        " AND valid_from <= local_day(now()) AND valid_to > local_day(now()))"
    )
    return bool(session.execute(query, {"id": branch_id}).scalar_one())


def children_of(session: Session, branch_id: UUID) -> Sequence[BranchView]:
    """Branches open today directly under this one, by slug."""
    query = (
        " WHERE t.parent_id = :id AND (b.closed_on IS NULL OR b.closed_on > local_day(now()))"
        " ORDER BY b.slug"
    )
    return [view(row) for row in session.execute(text(NAMED + query), {"id": branch_id}).mappings()]


def line_of(session: Session, branch_id: UUID) -> Sequence[BranchView]:
    """The branch and its ancestors of today, from the root down; for breadcrumbs."""
    query = (
        " JOIN branch_ancestry a ON a.ancestor_id = b.id AND a.descendant_id = :id"
        " AND a.valid_from <= local_day(now()) AND a.valid_to > local_day(now())"
        " ORDER BY a.depth DESC"
    )
    return [view(row) for row in session.execute(text(NAMED + query), {"id": branch_id}).mappings()]


def line_below(session: Session, branch_id: UUID, lower_slug: str) -> Sequence[BranchView]:
    """From this branch down to a lower one, both included; a closed one as on its last day.

    Raises:
        NotFound: there is none with that slug, or it is not below this branch.
    """
    query = (
        " JOIN branch_ancestry a ON a.ancestor_id = b.id"
        " JOIN branches l ON l.id = a.descendant_id AND l.slug = :slug"
        " JOIN branch_ancestry top ON top.descendant_id = l.id AND top.ancestor_id = :id"
        "  AND top.depth > 0 AND top.depth >= a.depth"
        " CROSS JOIN LATERAL (SELECT greatest(l.opened_on,"
        "   least(local_day(now()), coalesce(l.closed_on - 1, 'infinity'))) AS day) d"
        " WHERE d.day >= a.valid_from AND d.day < a.valid_to"
        "  AND d.day >= top.valid_from AND d.day < top.valid_to"
        " ORDER BY a.depth DESC"
    )
    parameters = {"id": branch_id, "slug": lower_slug if could_be_slug(lower_slug) else ""}
    line = [view(row) for row in session.execute(text(NAMED + query), parameters).mappings()]
    if not line:
        raise NotFound(marked("Không tìm thấy đơn vị này."))
    return line


LOWER: Final = """
  SELECT b.id, b.slug, t.name, t.short_name, t.kind, b.opened_on, b.closed_on, b.population,
         b.tile_x, b.tile_y, h.valid_from, h.valid_to
  FROM branch_history h
  JOIN branches b ON b.id = h.subject_id
  JOIN LATERAL (
    SELECT name, short_name, kind FROM branch_history n WHERE n.subject_id = b.id
    ORDER BY n.valid_from <= local_day(now()) DESC, n.valid_from DESC LIMIT 1) t ON true
  WHERE h.parent_id = :id AND h.valid_from <= :last AND coalesce(h.valid_to > :first, true)
  ORDER BY b.slug, h.valid_from
"""


def lower_branches(
    session: Session, branch_id: UUID, *, first: date, last: date
) -> Sequence[LowerBranch]:
    """Branches directly under this one on some day from first to last, open or not, by slug."""
    parameters = {"id": branch_id, "first": first, "last": last}
    rows = session.execute(text(LOWER), parameters).all()
    return [
        LowerBranch(*(*terms[0][:10], tuple(Term(*row[10:]) for row in terms)))
        for terms in (tuple(same) for _, same in groupby(rows, key=lambda row: row.id))
    ]


NAMES_BELOW: Final = """
  SELECT b.slug, t.name, t.short_name, t.kind, p.short_name, b.closed_on
  FROM branches b
  JOIN LATERAL (
    SELECT name, short_name, kind, parent_id FROM branch_history n WHERE n.subject_id = b.id
    ORDER BY n.valid_from <= local_day(now()) DESC, n.valid_from DESC LIMIT 1) t ON true
  LEFT JOIN LATERAL (
    SELECT short_name FROM branch_history n WHERE n.subject_id = t.parent_id
    ORDER BY n.valid_from <= local_day(now()) DESC, n.valid_from DESC LIMIT 1) p ON true
  WHERE b.id IN (SELECT descendant_id FROM branch_ancestry WHERE ancestor_id = :id)
  ORDER BY b.slug
"""


def names_below(session: Session, branch_id: UUID) -> Sequence[BranchName]:
    """This branch and all that are or were below it, closed ones too, by slug."""
    return [BranchName(*row) for row in session.execute(text(NAMES_BELOW), {"id": branch_id})]


def successors_of(session: Session, branch_id: UUID) -> Sequence[BranchName]:
    """Branches that went on with what a closed one left, by slug."""
    query = (
        "SELECT b.slug, t.name, t.short_name, t.kind, NULL, b.closed_on"
        " FROM branch_successions s JOIN branches b ON b.id = s.successor_id"
        " JOIN LATERAL (SELECT * FROM branch_history n WHERE n.subject_id = b.id"
        "  ORDER BY n.valid_from <= local_day(now()) DESC, n.valid_from DESC LIMIT 1) t ON true"
        " WHERE s.predecessor_id = :id ORDER BY b.slug"
    )
    return [BranchName(*row) for row in session.execute(text(query), {"id": branch_id})]


def front_branch(session: Session) -> BranchView | None:
    """The open city association that speaks for the whole installation: the oldest root."""
    query = (
        " WHERE t.parent_id IS NULL AND t.kind = 'city_association'"
        " AND (b.closed_on IS NULL OR b.closed_on > local_day(now()))"
        " ORDER BY b.opened_on, b.slug LIMIT 1"
    )
    row = session.execute(text(NAMED + query)).mappings().first()
    return view(row) if row else None


def view(row: RowMapping) -> BranchView:
    """One row of NAMED."""
    return BranchView(**row)
