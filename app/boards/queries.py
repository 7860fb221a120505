"""Reads of boards: any scope may ask, for a board holds only what is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.boards.content import Board
from app.boards.keeping import SHAPE, read
from app.branches.queries import could_be_slug

VERSION: Final = "SELECT digest FROM boards WHERE shape = :shape AND "
BOARD: Final = "SELECT digest, content FROM boards WHERE shape = :shape AND "
OF_SLUG: Final = "slug = :slug"
OF_FRONT: Final = "is_front ORDER BY made_at DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class KeptBoard:
    """A board as it is kept: `version` changes with anything in it."""

    version: str
    board: Board


def version_of(session: Session, slug: str | None) -> str | None:
    """The version of a branch's board (None: the front page's); None while none is made."""
    version: str | None = session.execute(*_asked(VERSION, slug)).scalar()
    return version


def find_board(session: Session, slug: str | None) -> KeptBoard | None:
    """The board of a branch (None: the front page's), if it is made."""
    row = session.execute(*_asked(BOARD, slug)).first()
    return KeptBoard(row[0], read(row[1])) if row else None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A file that the scope's branch shows to everybody."""

    id: UUID
    kind: str
    title: str
    digest: str
    published_on: date


def documents(session: Session) -> Sequence[DocumentView]:
    """What the scope's branch shows now, newest first; evidence of spendings too."""
    query = text(
        "SELECT id, kind, title, digest, published_on FROM public_documents"
        " WHERE branch_id = current_branch() AND taken_down_at IS NULL"
        " ORDER BY published_on DESC, id DESC"
    )
    return [DocumentView(*row) for row in session.execute(query)]


def withdrawn_since(session: Session, donor_id: UUID) -> datetime | None:
    """Since when a giver of the scope's branch is named nowhere any more; None when he may be."""
    query = text(
        "SELECT withdrawn_at FROM roll_withdrawals"
        " WHERE branch_id = current_branch() AND donor_id = :id"
    )
    since: datetime | None = session.execute(query, {"id": donor_id}).scalar()
    return since


def marked_branches(session: Session) -> Sequence[UUID]:
    """Branches whose board is marked stale, whenever it is due."""
    query = text("SELECT DISTINCT subject_id FROM board_marks ORDER BY 1")
    return session.execute(query).scalars().all()


def _asked(what: str, slug: str | None) -> tuple[TextClause, dict[str, str]]:
    if slug is None:
        return text(what + OF_FRONT), {"shape": SHAPE}
    return text(what + OF_SLUG), {"shape": SHAPE, "slug": slug if could_be_slug(slug) else ""}
