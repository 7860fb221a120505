"""Which gift an entry comes from."""

from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import ReverseDonation
from app.donations.queries import gifts_behind
from app.donations.service import reverse_donation
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give


def test_a_gift_and_the_reversal_of_another_may_share_an_id(a_branch: BranchAtHand) -> None:
    first, second = give(a_branch), give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        reverse_donation(
            session, ReverseDonation(id=first.id, donation_id=second.id, reason="Ghi nhầm số tiền")
        )

    with reading(a_branch.scope) as session:
        found = gifts_behind(
            session,
            [("donation", first.id), ("donation.reversal", first.id), ("transfer", second.id)],
        )

    assert {cause[0]: gift.donation_id for cause, gift in found.items()} == {
        "donation": first.id,
        "donation.reversal": second.id,
    }
