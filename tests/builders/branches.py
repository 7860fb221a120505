"""Branches of a test's own: a city, communes below it, their books and their people."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from app.accounts.permissions import Role
from app.accounts.service import add_user, create_token, grant_role
from app.branches.commands import BranchKind, OpenBranch
from app.branches.service import open_branch
from app.db.scope import BranchScope, DirectoryScope
from app.db.unit_of_work import unit_of_work
from app.funds.books import open_books

SOMEBODY = UUID("00000000-0000-7000-8000-000000000001")
OPENED_ON = date(2020, 1, 1)
PASSWORD = "mat-khau-dai-lam"


@dataclass(frozen=True, slots=True)
class BranchAtHand:
    """A branch that a test opened: where it is and its general fund."""

    id: UUID
    slug: str
    fund_id: UUID

    @property
    def scope(self) -> BranchScope:
        """The scope of somebody who acts for this branch."""
        return BranchScope(self.id, SOMEBODY)


def open_city() -> BranchAtHand:
    """A city of the test's own, so that its totals are the test's alone."""
    return open_below(None, BranchKind.CITY)


def open_commune(parent: BranchAtHand) -> BranchAtHand:
    """A commune with its own books under `parent`."""
    return open_below(parent, BranchKind.COMMUNE)


def open_below(parent: BranchAtHand | None, kind: BranchKind) -> BranchAtHand:
    """A branch of any kind with its own books."""
    slug = f"thu-{uuid4().hex[:12]}"
    with unit_of_work(DirectoryScope()) as session:
        branch_id = open_branch(
            session,
            OpenBranch(
                slug=slug,
                name=f"Hội Khuyến học {slug}",
                short_name=slug,
                kind=kind,
                opened_on=OPENED_ON,
                parent_slug=parent.slug if parent else None,
            ),
        )
    with unit_of_work(BranchScope(branch_id, SOMEBODY)) as session:
        fund_id = open_books(session, opened_on=OPENED_ON)
    return BranchAtHand(branch_id, slug, fund_id)


def a_member(branch: BranchAtHand, role: Role) -> tuple[UUID, str]:
    """A new person with that role and PASSWORD: id and e-mail."""
    email = f"{uuid4().hex}@example.vn"
    with unit_of_work(branch.scope) as session:
        user_id = add_user(session, email=email, name="Bà Lan", password=PASSWORD)
        grant_role(session, user_id=user_id, role=role)
    return user_id, email


def a_token(branch: BranchAtHand, role: Role) -> str:
    """An API token of a new person with that role."""
    with unit_of_work(branch.scope) as session:
        user_id = add_user(
            session, email=f"{uuid4().hex}@example.vn", name="Phần mềm", password=None
        )
        grant_role(session, user_id=user_id, role=role)
        return create_token(session, user_id=user_id, role=role, label="test").token
