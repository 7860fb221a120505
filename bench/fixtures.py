"""Branches with books, and the tokens of those who work there, made through the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.accounts.service import add_user, create_token, grant_role
from app.branches.queries import BranchView, all_branches, get_branch
from app.db.scope import BranchScope, DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.funds.books import open_books
from app.kernel.clock import today
from app.kernel.ids import uuid7
from bench.load import request

CITY = "ha-noi"
PASSWORD = "mat-khau-cua-phep-do"  # noqa: S105 (of a database that lives for minutes)
ACTOR = UUID("00000000-0000-7000-8000-0000000000be")
GIFTS = "/api/v1/donations"


@dataclass(frozen=True, slots=True)
class Till:
    """A branch, its general fund, and a token that may record gifts."""

    branch_id: UUID
    slug: str
    fund_id: UUID
    token: str

    @property
    def scope(self) -> BranchScope:
        """The scope of whoever works here."""
        return BranchScope(self.branch_id, ACTOR)

    def gift(self, key: UUID | None = None, **changes: object) -> bytes:
        """A request that records a gift of a household, 100.000 đ unless changed."""
        return request(
            "POST", GIFTS, token=self.token, key=key or uuid7(), body=self.gift_body(**changes)
        )

    def gift_body(self, **changes: object) -> dict[str, object]:
        """What is sent to record a gift."""
        return {
            "fund_id": str(self.fund_id),
            "donor": {"name": "Gia đình ông bà Thắng - Hoa", "kind": "household"},
            "amount": 100_000,
            "method": "cash",
            "received_on": today().isoformat(),
            "source": "household",
        } | changes


def open_tills(count: int) -> Sequence[Till]:
    """Lay books in the first communes of the city and make their treasurers' tokens."""
    with reading(DirectoryScope()) as session:
        communes = [b for b in all_branches(session) if _is_open_commune(b)]
    if len(communes) < count:
        raise ValueError(f"there are {len(communes)} communes, not {count}")
    return [_till(commune) for commune in communes[:count]]


def officer_token() -> str:
    """A token of the city's desk, which sees totals and no people."""
    with reading(DirectoryScope()) as session:
        city = get_branch(session, CITY)
    with unit_of_work(BranchScope(city.id, ACTOR)) as session:
        return _token(session, Role.OFFICER)


def officer_email() -> str:
    """The e-mail with which an officer of the city signs in, by PASSWORD."""
    with reading(DirectoryScope()) as session:
        city = get_branch(session, CITY)
    email = f"{uuid4().hex}@example.vn"
    with unit_of_work(BranchScope(city.id, ACTOR)) as session:
        user_id = add_user(session, email=email, name="Cán bộ thành phố", password=PASSWORD)
        grant_role(session, user_id=user_id, role=Role.OFFICER)
    return email


def _is_open_commune(branch: BranchView) -> bool:
    return branch.kind == "commune_association" and branch.closed_on is None


def _till(commune: BranchView) -> Till:
    with unit_of_work(BranchScope(commune.id, ACTOR)) as session:
        fund_id = open_books(session, opened_on=date(2025, 7, 1))
        token = _token(session, Role.TREASURER)
    return Till(commune.id, commune.slug, fund_id, token)


def _token(session: Session, role: Role) -> str:
    user_id = add_user(session, email=f"{uuid4().hex}@example.vn", name="Phép đo", password=None)
    grant_role(session, user_id=user_id, role=role)
    return create_token(session, user_id=user_id, role=role, label="bench").token
