"""When a board is made anew: after what it shows has changed, not too often, and never half."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from app.banking.service import close_bank_account
from app.boards.queries import KeptBoard, find_board, marked_branches
from app.boards.service import claim_due, claim_now, make, settle, withdraw_from_roll
from app.branches.commands import Contact
from app.branches.service import publish_contact
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import get_donation
from config.local.cluster import Cluster
from tests.builders.bank import an_account
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import fold_totals, refresh_boards
from tests.builders.donations import give
from worker.tasks.boards import refresh, remake


def kept(branch: BranchAtHand) -> KeptBoard:
    """The branch's board as it is kept."""
    with reading(DirectoryScope()) as session:
        found = find_board(session, branch.slug)
    assert found is not None
    return found


def marked() -> set[UUID]:
    """Branches whose boards are marked stale."""
    with reading(DirectoryScope()) as session:
        return set(marked_branches(session))


def due() -> set[UUID]:
    """Branches that a worker would make the boards of now; the claim is given back."""
    with unit_of_work(DirectoryScope()) as session:
        found = set(claim_due(session, uuid4(), at_most=5_000))
        session.execute(text("UPDATE boards SET claimed_until = NULL"))
    return found


def age(cluster: Cluster, branch: BranchAtHand, by: timedelta) -> None:
    """Let the branch's board have been made so long ago."""
    with psycopg.connect(cluster.superuser_url()) as superuser:
        superuser.execute(
            "UPDATE boards SET made_at = made_at - %s WHERE subject_id = %s", (by, branch.id)
        )


@pytest.fixture
def quiet(city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand) -> None:
    """Nothing is marked, of these branches nothing waits."""
    refresh_boards()
    assert not marked()


def test_a_gift_marks_its_branch_and_those_above_and_no_other(
    city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand, quiet: None
) -> None:
    give(a_branch)
    before = marked()
    fold_totals()

    assert before == set()
    assert marked() == {a_branch.id, city.id}


def test_what_the_branch_says_of_itself_marks_its_board(
    a_branch: BranchAtHand, quiet: None
) -> None:
    with unit_of_work(a_branch.scope) as session:
        publish_contact(session, a_branch.id, Contact(phone="+84912345678"))

    assert a_branch.id in marked()
    refresh_boards()
    assert kept(a_branch).board.branch.phone == "+84912345678"


def test_a_board_is_not_made_again_at_once_for_a_gift(
    cluster: Cluster, a_branch: BranchAtHand, another_branch: BranchAtHand, quiet: None
) -> None:
    give(a_branch)
    give(another_branch)
    fold_totals()
    with psycopg.connect(cluster.superuser_url()) as superuser:
        superuser.execute("UPDATE boards SET took_ms = 0")
    age(cluster, another_branch, timedelta(seconds=10))

    found = due() & {a_branch.id, another_branch.id}

    assert found == {another_branch.id}


def test_a_withdrawn_name_does_not_wait(
    cluster: Cluster, a_branch: BranchAtHand, quiet: None
) -> None:
    gift = give(a_branch)
    refresh_boards()
    assert "Thắng" in str(kept(a_branch).board)
    with unit_of_work(a_branch.scope) as session:
        withdraw_from_roll(session, get_donation(session, gift.id).donor_id)
    with reading(DirectoryScope()) as session:
        assert find_board(session, a_branch.slug) is None

    assert a_branch.id in due()
    refresh()

    assert "Thắng" not in str(kept(a_branch).board)


def test_a_warning_does_not_wait(city: BranchAtHand, a_branch: BranchAtHand, quiet: None) -> None:
    account_id = an_account(a_branch, city)
    refresh_boards()
    before = a_branch.id in due()
    with unit_of_work(a_branch.scope) as session:
        close_bank_account(session, account_id)

    assert (before, a_branch.id in due()) == (False, True)


def test_a_costly_board_is_made_less_often(
    cluster: Cluster, a_branch: BranchAtHand, quiet: None
) -> None:
    with psycopg.connect(cluster.superuser_url()) as superuser:
        superuser.execute("UPDATE boards SET took_ms = 1000 WHERE subject_id = %s", (a_branch.id,))
    give(a_branch)
    fold_totals()
    age(cluster, a_branch, timedelta(seconds=15))
    early = a_branch.id in due()
    age(cluster, a_branch, timedelta(seconds=10))

    assert (early, a_branch.id in due()) == (False, True)


def test_a_board_is_made_anew_each_day(
    cluster: Cluster, a_branch: BranchAtHand, quiet: None
) -> None:
    before = a_branch.id in due()
    age(cluster, a_branch, timedelta(days=1))

    assert (before, a_branch.id in due()) == (False, True)


def test_a_board_of_another_release_is_not_read_and_made_anew(
    cluster: Cluster, a_branch: BranchAtHand, quiet: None
) -> None:
    with psycopg.connect(cluster.superuser_url()) as superuser:
        superuser.execute(
            "UPDATE boards SET shape = 'old', content = '{}' WHERE subject_id = %s", (a_branch.id,)
        )
    with reading(DirectoryScope()) as session:
        assert find_board(session, a_branch.slug) is None

    assert a_branch.id in due()


def test_a_making_that_died_is_taken_up_again(
    cluster: Cluster, a_branch: BranchAtHand, quiet: None
) -> None:
    give(a_branch)
    fold_totals()
    with unit_of_work(DirectoryScope()) as session:
        claim_now(session, a_branch.id)  # and then the worker dies
    age(cluster, a_branch, timedelta(seconds=10))
    with unit_of_work(DirectoryScope()) as session:
        while_claimed = a_branch.id in claim_due(session, uuid4(), at_most=5_000)
        session.execute(
            text("UPDATE boards SET claimed_until = now() - interval '1 s' WHERE subject_id = :id"),
            {"id": a_branch.id},
        )

    refresh()

    assert while_claimed is False
    assert kept(a_branch).board.year.own.amount == 500_000


def test_what_was_made_before_does_not_replace_what_was_made_after(
    a_branch: BranchAtHand, quiet: None
) -> None:
    give(a_branch)
    with unit_of_work(DirectoryScope()) as session:
        slow = claim_now(session, a_branch.id)
    with reading(a_branch.scope) as session:
        made_early = make(session, a_branch.id)
    give(a_branch)
    refresh_boards()

    with unit_of_work(a_branch.scope) as session:
        is_kept = settle(session, made_early, slow)

    assert is_kept is False
    assert kept(a_branch).board.year.own.amount == 1_000_000


def test_a_change_while_a_board_is_made_leaves_its_mark(
    a_branch: BranchAtHand, quiet: None
) -> None:
    with unit_of_work(DirectoryScope()) as session:
        claim = claim_now(session, a_branch.id)
    with reading(a_branch.scope) as session:
        made = make(session, a_branch.id)
    give(a_branch)
    fold_totals()
    with unit_of_work(a_branch.scope) as session:
        assert settle(session, made, claim)

    assert a_branch.id in marked()


def test_made_twice_it_is_the_same(a_branch: BranchAtHand, quiet: None) -> None:
    give(a_branch)
    refresh_boards()
    before = kept(a_branch)
    for _ in range(2):
        with unit_of_work(DirectoryScope()) as session:
            claim = claim_now(session, a_branch.id)
        remake(a_branch.id, claim)

    assert kept(a_branch) == before
