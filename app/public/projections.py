"""All that a stranger may read, column by column (D7); what is not named here stays inside."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.branches.queries import (
    BranchView,
    branch_of,
    could_be_slug,
    front_branch,
    line_of,
)
from app.kernel.clock import local
from app.kernel.errors import NotFound, marked
from app.receipts.queries import verify_receipt

NOBODY: Final = UUID(int=0)
NO_BRANCH: Final = marked("Không tìm thấy đơn vị này.")


@dataclass(frozen=True, slots=True)
class PublicScope:
    """One branch, read by nobody in particular."""

    slug: str

    def bind(self, connection: Connection) -> None:
        """Bind the branch with this slug, open or closed.

        Raises:
            NotFound: there is none.
        """
        bound = connection.execute(
            text(
                "SELECT set_config('app.branch_id', id::text, true),"
                " set_config('app.actor_id', :nobody, true) FROM branches WHERE slug = :slug"
            ),
            {"slug": self.slug if could_be_slug(self.slug) else "", "nobody": str(NOBODY)},
        ).first()
        if bound is None:
            raise NotFound(NO_BRANCH)


@dataclass(frozen=True, slots=True)
class PublicReceipt:
    """What the holder of a code learns: enough to compare with the paper, nothing of the giver.

    `asked` is the branch that clears up a difference: never only the person who took the money.
    `left` is what the gift still is, when a part of it went back to its card.
    """

    number: str
    amount: int
    received_on: date
    is_in_kind: bool
    voided_on: date | None
    left: int | None
    branch: BranchView
    asked: BranchView | None


def public_receipt(session: Session, code: str) -> PublicReceipt | None:
    """The receipt with this code, or None."""
    found = verify_receipt(session, code)
    if found is None:
        return None
    branch = branch_of(session, found.branch_id)
    return PublicReceipt(
        number=f"{found.kind}/{found.fiscal_year}/{found.book} · {found.number:07d}",
        amount=found.amount,
        received_on=found.received_on,
        is_in_kind=found.is_in_kind,
        voided_on=local(found.voided_at).date() if found.voided_at else None,
        left=found.left_amount if found.left_amount != found.amount else None,
        branch=branch,
        asked=whom_to_ask(session, branch),
    )


def whom_to_ask(session: Session, branch: BranchView) -> BranchView | None:
    """The branch itself, or the nearest above it, then the city, that says how it is reached.

    When none does the next one above; None for a branch that stands alone.
    """
    above = [each for each in reversed(line_of(session, branch.id)) if each.id != branch.id]
    asked = [branch, *above, *filter(None, [front_branch(session)])]
    return next((each for each in asked if each.has_contact), above[0] if above else None)
