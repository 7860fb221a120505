"""Who holds the token that the present transaction was opened with."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token's one branch, by its id, and one role."""

    branch: UUID
    role: str


def bearer(session: Session) -> Bearer:
    """The holder of the token in whose scope `session` is; the scope must be a TokenScope."""
    row = session.execute(
        text(
            "SELECT branch_id, role FROM api_tokens"
            " WHERE digest = decode(current_setting('app.token_digest'), 'hex')",
        ),
    ).one()
    return Bearer(*row)
