"""Who is known again when he is told with a new gift, and who is never joined by the machine."""

from uuid import UUID

import pytest

from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import get_donation
from app.donors.commands import CorrectDonor, DonorKind, NewDonor
from app.donors.service import correct_donor
from tests.builders.branches import BranchAtHand
from tests.builders.donations import a_gift, give

HUNG = NewDonor(DonorKind.PERSON, "Nguyễn Văn Hùng", phone="+84912345678")


def met(branch: BranchAtHand, told: NewDonor) -> UUID:
    """The giver whom a gift told so was booked to."""
    gift = give(branch, a_gift(branch, donor=told))
    with reading(branch.scope) as session:
        return get_donation(session, gift.id).donor_id


def put_right(branch: BranchAtHand, donor: UUID, told: NewDonor) -> None:
    """Correct a giver."""
    with unit_of_work(branch.scope) as session:
        correct_donor(session, CorrectDonor(donor, told))


@pytest.mark.parametrize(
    "told",
    [
        HUNG,
        NewDonor(DonorKind.PERSON, "NGUYỄN VĂN HÙNG", phone="+84912345678"),
    ],
)
def test_a_giver_told_with_his_telephone_is_known_again(
    a_branch: BranchAtHand, told: NewDonor
) -> None:
    assert met(a_branch, HUNG) == met(a_branch, told)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HUNG, NewDonor(DonorKind.PERSON, "Nguyễn Văn Hưng", phone="+84912345678")),
        (HUNG, NewDonor(DonorKind.PERSON, "Nguyễn Văn Hùng", phone="+84987654321")),
        (HUNG, NewDonor(DonorKind.PERSON, "Nguyễn Văn Hùng")),
        (NewDonor(DonorKind.PERSON, "Hùng", address="Số 5 ngõ 2"),) * 2,
        (NewDonor(DonorKind.PERSON, "Hùng"),) * 2,
    ],
)
def test_the_machine_joins_nobody_who_may_be_another(
    a_branch: BranchAtHand, one: NewDonor, other: NewDonor
) -> None:
    assert met(a_branch, one) != met(a_branch, other)


def test_a_giver_is_known_by_what_was_put_right_and_no_longer_by_what_was_wrong(
    a_branch: BranchAtHand,
) -> None:
    right = NewDonor(DonorKind.PERSON, "Nguyễn Văn Hùng", phone="+84987654321")
    donor = met(a_branch, HUNG)

    put_right(a_branch, donor, right)

    assert met(a_branch, right) == donor
    assert met(a_branch, HUNG) != donor


def test_a_giver_put_right_to_what_another_is_stays_beside_him(a_branch: BranchAtHand) -> None:
    first = met(a_branch, HUNG)
    second = met(a_branch, NewDonor(DonorKind.PERSON, "Nguyễn Văn Hùng", phone="+84987654321"))

    put_right(a_branch, second, HUNG)

    assert second != first
    assert met(a_branch, HUNG) == first
