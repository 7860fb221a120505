"""Who may sign in to the demonstration (contract.md §4). Everybody knows these passwords."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.accounts.queries import find_user_by_email, holds_role, token_opens
from app.accounts.service import add_user, grant_role, keep_token, token_digest
from app.cli.operator import branch_named, scope_of
from app.db.unit_of_work import unit_of_work
from app.kernel.errors import Conflict, marked

# Every person of the demonstration is known by this; a database with others is not ours to fill.
DOMAIN: Final = "@example.vn"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person, the one role he holds, where, and how he signs in."""

    role: Role
    slug: str
    name: str
    email: str
    password: str

    @property
    def key(self) -> str:
        """Role and branch: "treasurer@phuong-ba-dinh"."""
        return f"{self.role.value}@{self.slug}"

    def token(self, secret_key: str) -> str:
        """The person's API token: the same as long as the secret key is."""
        secret = secret_key.encode()
        digest = hmac.digest(secret, f"demo token of {self.key}".encode(), hashlib.sha256)
        return "kh_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


PEOPLE: Final = (
    DemoPerson(
        Role.TREASURER,
        "phuong-ba-dinh",
        "Nguyễn Thị Lan",
        f"thu-quy.ba-dinh{DOMAIN}",
        "thu-quy-ba-dinh-2026",
    ),
    DemoPerson(
        Role.CHAIR,
        "phuong-ba-dinh",
        "Trần Văn Thịnh",
        f"chu-tich.ba-dinh{DOMAIN}",
        "chu-tich-ba-dinh-2026",
    ),
    DemoPerson(
        Role.INSPECTOR,
        "phuong-ba-dinh",
        "Đặng Đức Đạt",
        f"kiem-tra.ba-dinh{DOMAIN}",
        "kiem-tra-ba-dinh-2026",
    ),
    DemoPerson(
        Role.TREASURER,
        "phuong-ngoc-ha",
        "Hoàng Thị Huyền",
        f"thu-quy.ngoc-ha{DOMAIN}",
        "thu-quy-ngoc-ha-2026",
    ),
    DemoPerson(
        Role.CHAIR,
        "phuong-ngoc-ha",
        "Lê Quang Vinh",
        f"chu-tich.ngoc-ha{DOMAIN}",
        "chu-tich-ngoc-ha-2026",
    ),
    DemoPerson(
        Role.OFFICER,
        "ha-noi",
        "Phạm Thu Hà",
        f"can-bo.ha-noi{DOMAIN}",
        "can-bo-ha-noi-2026",
    ),
)


def bring_in(person: DemoPerson) -> None:
    """Add the person with his role; doing it again changes nothing."""
    with unit_of_work(scope_of(branch_named(person.slug))) as session:
        user_id = user_named(session, person.email, name=person.name, password=person.password)
        if not holds_role(session, user_id, person.role):
            grant_role(session, user_id=user_id, role=person.role)


def user_named(session: Session, email: str, *, name: str, password: str | None) -> UUID:
    """The id of the user with this e-mail, added now unless he is there."""
    known = find_user_by_email(session, email)
    return known.id if known else add_user(session, email=email, name=name, password=password)


def working_token(person: DemoPerson, secret_key: str) -> str:
    """The person's token, which opens his branch: made valid now if it was not.

    Raises:
        Conflict: the demonstration was never seeded here.
    """
    token = person.token(secret_key)
    with unit_of_work(scope_of(branch_named(person.slug))) as session:
        known = find_user_by_email(session, person.email)
        if known is None:
            raise Conflict(marked("Chưa có dữ liệu trình diễn: hãy chạy `flask demo seed` trước."))
        if not token_opens(session, token_digest(token)):
            keep_token(session, token, user_id=known.id, role=person.role, label="demo")
    return token
