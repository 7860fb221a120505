"""Gifts as commands, and recorded."""

from datetime import date
from uuid import UUID

from app.db.unit_of_work import unit_of_work
from app.donations.commands import Method, RecordDonation, Source
from app.donations.service import record_donation
from app.donors.commands import DonorKind, NewDonor
from app.kernel.clock import today
from app.kernel.ids import uuid7
from tests.builders.branches import BranchAtHand

FAMILY = NewDonor(DonorKind.HOUSEHOLD, "Gia đình ông bà Thắng - Hoa")


def a_gift(
    branch: BranchAtHand,
    *,
    amount: int = 500_000,
    source: Source = Source.HOUSEHOLD,
    method: Method = Method.CASH,
    received_on: date | None = None,
    donor: NewDonor | UUID = FAMILY,
) -> RecordDonation:
    """A gift to the branch's general fund, not recorded yet."""
    return RecordDonation(
        id=uuid7(),
        fund_id=branch.fund_id,
        drive_id=None,
        donor=donor,
        amount=amount,
        method=method,
        source=source,
        received_on=received_on or today(),
    )


def give(branch: BranchAtHand, gift: RecordDonation | None = None) -> RecordDonation:
    """Record a gift (a family's 500.000 đ in cash by default) and return it."""
    gift = gift or a_gift(branch)
    with unit_of_work(branch.scope) as session:
        record_donation(session, gift)
    return gift
