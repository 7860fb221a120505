"""Reads of the tree; it belongs to nobody, so any scope may ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
    population: int | None
    tile_x: int | None
    tile_y: int | None

    def lives_on(self, day: date) -> bool:
        """Whether the branch is open on `day`."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)


# The newest term that has begun names a branch; a branch that opens in future shows its first.
NAMED: Final = """
  SELECT b.id, b.slug, t.name, t.short_name, t.kind, t.parent_id, p.slug AS parent_slug,
         (SELECT pt.name FROM branch_history pt WHERE pt.subject_id = p.id
          ORDER BY pt.valid_from <= local_day(now()) DESC, pt.valid_from DESC LIMIT 1) AS parent_name,
         b.books, b.opened_on, b.closed_on, b.official_code, b.address, b.population,
         b.tile_x, b.tile_y
  FROM branches b
  JOIN LATERAL (
    SELECT * FROM branch_history h WHERE h.subject_id = b.id
    ORDER BY h.valid_from <= local_day(now()) DESC, h.valid_from DESC LIMIT 1) t ON true
  LEFT JOIN branches p ON p.id = t.parent_id
"""


def find_branch(session: Session, slug: str) -> BranchView | None:
    """The branch with this slug, open or closed, or None."""
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


def view(row: RowMapping) -> BranchView:
    """One row of NAMED."""
    return BranchView(**row)
