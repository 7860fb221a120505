"""Verbs of the tree. Opening a branch lays no book; `flask branches open` does both."""

from datetime import date
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app import audit
from app.branches.commands import Contact, OpenBranch
from app.branches.models import Branch, BranchTerm
from app.branches.queries import branch_of, find_branch, get_branch, has_children
from app.kernel.days import format_day
from app.kernel.errors import Conflict, Invalid, marked
from app.kernel.ids import uuid7


def open_branch(session: Session, command: OpenBranch) -> UUID:
    """Add a branch to the tree and return its id.

    Raises:
        NotFound: there is no parent with that slug.
        Conflict: the slug is taken, or the parent does not live on that day.
    """
    if find_branch(session, command.slug) is not None:
        raise Conflict(marked("Đã có đơn vị mang tên rút gọn này trên địa chỉ trang."))
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


def publish_contact(session: Session, branch_id: UUID, contact: Contact) -> None:
    """Say how the scope's branch is reached, on its pages and, its address, on receipts to come.

    What `contact` does not know is taken down.
    """
    session.execute(
        update(Branch)
        .where(Branch.id == branch_id)
        .values(address=contact.address, phone=contact.phone, email=contact.email),
    )
    audit.record(session, "branches.contact_published", branch_id)


def close_branch(
    session: Session, branch_id: UUID, *, closed_on: date, newest_entry_on: date | None
) -> None:
    """End a branch: from `closed_on` it takes no gift; what it holds stays readable.

    `newest_entry_on` is the last day of its book that has an entry.

    Raises:
        Invalid: it was not open before that day, or has entries of that day or later.
        Conflict: it is closed already, or branches below it are still open.
    """
    branch = branch_of(session, branch_id)
    if branch.closed_on is not None:
        raise Conflict(marked("Đơn vị này đã kết thúc hoạt động từ trước."))
    if closed_on <= branch.opened_on:
        message = marked("Ngày kết thúc phải ở sau ngày đơn vị được thành lập.")
        raise Invalid("closed_on", message)
    if newest_entry_on is not None and newest_entry_on >= closed_on:
        message = marked(
            "Sổ của đơn vị có bút toán ngày %(day)s. Chọn ngày kết thúc ở sau ngày đó."
        )
        raise Invalid("closed_on", message, day=format_day(newest_entry_on))
    if has_children(session, branch_id):
        message = marked("Đơn vị còn cấp dưới đang hoạt động. Hãy kết thúc cấp dưới trước.")
        raise Conflict(message)
    session.execute(update(Branch).where(Branch.id == branch_id).values(closed_on=closed_on))
    session.execute(
        update(BranchTerm)
        .where(BranchTerm.subject_id == branch_id, BranchTerm.valid_to.is_(None))
        .values(valid_to=closed_on),
    )
