"""Verbs of the tree. Opening a branch lays no book; `flask branches open` does both."""

from datetime import date
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.branches.commands import OpenBranch
from app.branches.models import Branch, BranchTerm
from app.branches.queries import get_branch
from app.kernel.errors import Conflict, marked
from app.kernel.ids import uuid7


def open_branch(session: Session, command: OpenBranch) -> UUID:
    """Add a branch to the tree and return its id.

    Raises:
        NotFound: there is no parent with that slug.
        Conflict: the parent does not live on that day.
    """
    parent = get_branch(session, command.parent_slug) if command.parent_slug else None
    if parent is not None and not parent.lives_on(command.opened_on):
        message = marked("Đơn vị cấp trên không hoạt động vào ngày này.")
        raise Conflict(message)
    branch_id = uuid7()
    session.execute(
        insert(Branch).values(
            id=branch_id,
            slug=command.slug,
            books=command.books,
            opened_on=command.opened_on,
        ),
    )
    session.execute(
        insert(BranchTerm).values(
            subject_id=branch_id,
            valid_from=command.opened_on,
            name=command.name,
            short_name=command.short_name,
            kind=command.kind,
            parent_id=parent.id if parent else None,
        ),
    )
    return branch_id


def close_branch(session: Session, branch_id: UUID, *, closed_on: date) -> None:
    """End a branch: from `closed_on` it takes no gift; what it holds stays readable."""
    session.execute(update(Branch).where(Branch.id == branch_id).values(closed_on=closed_on))
    session.execute(
        update(BranchTerm)
        .where(BranchTerm.subject_id == branch_id, BranchTerm.valid_to.is_(None))
        .values(valid_to=closed_on),
    )
