"""Totals: a gift is counted once in its branch and in every branch above it."""

from datetime import timedelta

from app.branches.service import close_branch
from app.db.scope import DirectoryScope, RelayScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, ReverseDonation, Source
from app.donations.service import reverse_donation
from app.kernel.clock import today
from app.kernel.ids import uuid7
from app.rollups.check import differences
from app.rollups.queries import TotalsQuestion, totals
from app.rollups.service import fold, rebuild
from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give


def total(branch: BranchAtHand, reach: str) -> tuple[int, int]:
    """Amount and count of today."""
    with reading(branch.scope) as session:
        (answer,) = totals(session, TotalsQuestion(today(), today(), reach=reach))
    return answer.amount, answer.gift_count


def fold_all() -> None:
    """What the worker does at every ring."""
    with unit_of_work(RelayScope()) as session:
        fold(session)


def test_a_gift_is_counted_in_its_branch_and_its_city(
    city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    give(a_branch)
    give(another_branch, a_gift(another_branch, amount=300_000))

    fold_all()
    fold_all()

    assert total(a_branch, "own") == (500_000, 1)
    assert total(city, "tree") == (800_000, 2)
    assert total(city, "own") == (0, 0)


def test_a_reversal_takes_the_gift_out_of_the_totals(
    city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    fold_all()

    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session, ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Ghi nhầm người gửi")
        )
    fold_all()

    assert total(city, "tree") == (0, 0)


def test_a_reversal_after_a_branch_ended_takes_the_gift_out_of_the_totals_above(
    city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    before = today() - timedelta(days=40)
    gift = give(a_branch, a_gift(a_branch, received_on=before))
    with unit_of_work(DirectoryScope()) as session:
        close_branch(
            session, a_branch.id, closed_on=today() - timedelta(days=30), newest_entry_on=None
        )

    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session, ReverseDonation(id=uuid7(), donation_id=gift.id, reason="Ghi nhầm người gửi")
        )
    fold_all()

    with reading(city.scope) as session:
        asked = TotalsQuestion(before, today(), reach="tree")
        assert [(t.amount, t.gift_count) for t in totals(session, asked)] == [(0, 0)]


def test_rebuilt_totals_are_the_folded_ones(city: BranchAtHand, a_branch: BranchAtHand) -> None:
    give(a_branch)
    give(a_branch, a_gift(a_branch, method=Method.IN_KIND, source=Source.ENTERPRISE))
    fold_all()
    give(a_branch)
    folded = total(city, "tree")

    with unit_of_work(RelayScope()) as session:
        rebuild(session)

    assert folded == (1_000_000, 2)
    assert total(city, "tree") == (1_500_000, 3)
    with reading(RelayScope()) as session:
        assert differences(session) == []


def test_a_branch_sees_no_totals_beside_or_above_it(
    city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    give(another_branch)
    fold_all()
    question = TotalsQuestion(today(), today(), by=("branch",), reach="tree")

    with reading(a_branch.scope) as session:
        assert totals(session, question) == []
    with reading(city.scope) as session:
        assert [item.branch for item in totals(session, question)] == [another_branch.slug]
