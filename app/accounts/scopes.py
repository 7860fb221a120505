"""Scopes of people and of their tools.

Who acts, where, with which roles, is decided by the database inside the very transaction that acts,
so an ended role or token counts at once.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from app.accounts.permissions import Permission, can, roles_with
from app.accounts.service import token_digest
from app.branches.queries import could_be_slug
from app.db.direct import fetch
from app.kernel.errors import NotAllowed, NotFound, marked

STRANGER: Final = marked("Không có trang này")
REFUSED: Final = marked("Vai trò của bạn ở đơn vị này không được làm việc đó.")
ACT_AS_MEMBER: Final = text("SELECT branch, roles FROM act_as_member(:user, :slug)")
ENTRANCE: Final = "SELECT enter_with_token(CAST(%(token)s AS bytea), CAST(%(permitted)s AS text[]))"


@dataclass(frozen=True, slots=True)
class MemberScope:
    """A signed-in person in one branch, for one permission."""

    user_id: UUID
    branch_slug: str
    permission: Permission

    def bind(self, connection: Connection) -> None:
        """Bind the branch, or refuse.

        Raises:
            NotFound: the person has no role there; a stranger is told nothing.
            NotAllowed: his roles do not grant the permission.
        """
        if not could_be_slug(self.branch_slug):
            raise NotFound(STRANGER)
        asked = {"user": self.user_id, "slug": self.branch_slug}
        row = connection.execute(ACT_AS_MEMBER, asked).one()
        if row.branch is None:
            raise NotFound(STRANGER)
        if not can(row.roles, self.permission):
            raise NotAllowed(REFUSED)


@dataclass(frozen=True, slots=True)
class TokenScope:
    """The bearer of an API token, for one permission."""

    token: str
    permission: Permission

    def bind(self, connection: Connection) -> None:
        """Bind the token's branch, or refuse.

        Raises:
            NotSignedIn: no such token, or revoked, or its person's role has ended.
            NotAllowed: its role does not grant the permission.
        """
        token, permitted = self.shown()
        fetch(connection, ENTRANCE, {"token": token, "permitted": permitted})

    def shown(self) -> tuple[str, str]:
        """What the database is shown at the entrance: the token's digest, the roles that may."""
        return rf"\x{token_digest(self.token).hex()}", roles_with(self.permission)
