"""What a board tells: the right sums, and of people nothing but the names that may be told."""

from datetime import timedelta
from uuid import uuid4

from app.boards.content import Board
from app.boards.queries import find_board
from app.branches.commands import BranchKind
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading
from app.donors.commands import DonorKind, NewDonor
from tests.builders.branches import BranchAtHand, open_below
from tests.builders.consequences import refresh_boards
from tests.builders.donations import a_gift, give

DAY = timedelta(days=1)


def board_of(branch: BranchAtHand) -> Board:
    """The branch's board, made now."""
    refresh_boards()
    with reading(DirectoryScope()) as session:
        kept = find_board(session, branch.slug)
    assert kept is not None
    return kept.board


def person(name: str) -> NewDonor:
    """Somebody who can be told apart."""
    return NewDonor(DonorKind.PERSON, name, email=f"{uuid4().hex}@example.vn")


def test_an_empty_board_is_there(a_branch: BranchAtHand) -> None:
    board = board_of(a_branch)

    assert board.branch.slug == a_branch.slug
    assert board.year.total.amount == 0
    assert board.roll.count == 0
    assert board.takes_gifts is False


def test_sums_are_of_the_tree_and_of_the_own_book(a_branch: BranchAtHand) -> None:
    hamlet = open_below(a_branch, BranchKind.RESIDENTIAL)
    give(a_branch)
    give(hamlet, a_gift(hamlet, amount=80_000))

    board = board_of(a_branch)

    assert (board.year.total.amount, board.year.own.amount) == (580_000, 500_000)
    assert board.balance == 500_000
    assert [each.slug for each in board.lower] == [hamlet.slug]
