"""Boards made now, and what is needed to fill one."""

from uuid import UUID, uuid4

from app.boards.content import Board
from app.boards.queries import find_board
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donors.commands import DonorKind, NewDonor
from app.funds.service import OpenDrive, open_drive
from app.kernel.clock import today
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side
from app.ledger.service import post_entry
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import refresh_boards


def board_of(branch: BranchAtHand) -> Board:
    """The branch's board, with everything on it that has happened."""
    refresh_boards()
    with reading(DirectoryScope()) as session:
        kept = find_board(session, branch.slug)
    assert kept is not None
    return kept.board


def a_giver(name: str, kind: DonorKind = DonorKind.PERSON) -> NewDonor:
    """Somebody who is known again, because his e-mail is his own."""
    return NewDonor(kind, name, email=f"{uuid4().hex}@example.vn")


def a_drive(
    branch: BranchAtHand, name: str = "Đợt thử", target_amount: int | None = 1_000_000
) -> UUID:
    """A drive for the branch's general fund, open since yesterday's year began."""
    starts_on = today().replace(month=1, day=1)
    command = OpenDrive(branch.fund_id, name, starts_on, target_amount=target_amount)
    with unit_of_work(branch.scope) as session:
        return open_drive(session, command)


def spend(branch: BranchAtHand, amount: int, account: Account = Account.AWARDS) -> UUID:
    """Pay an award, or a fee, out of the general fund's cash; gives the entry in the book."""
    entry = NewEntry(
        id=uuid7(),
        dated_on=today(),
        source_kind="test_spending",
        source_id=uuid7(),
        postings=(
            NewPosting(account, Side.DEBIT, amount, branch.fund_id),
            NewPosting(Account.CASH, Side.CREDIT, amount, branch.fund_id),
        ),
    )
    with unit_of_work(branch.scope) as session:
        post_entry(session, entry)
    return entry.id
