"""What a gift may repeat: looked for before its receipt is numbered for good.

It never refuses (domain.md S2); the API is not asked, for a machine cannot look at two people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.donations.commands import RecordDonation
from app.donations.queries import DONATIONS, NEWEST_FIRST, DonationView
from app.donors.commands import DonorKind, NewDonor
from app.donors.queries import DonorView, namesakes
from app.kernel.text import fold

DAYS_APART: Final = 14
AT_MOST: Final = 5
# Of the same giver, or of one of the same name; never the very gift when its form is sent again.
ALIKE: Final = """
    WHERE n.amount = :amount AND n.fund_id = :fund_id AND x.id IS NULL
      AND n.received_on BETWEEN CAST(:day AS date) - :days AND CAST(:day AS date) + :days
      AND d.kind <> 'anonymous'
      AND d.search_key = coalesce(CAST(:key AS text),
                                  (SELECT search_key FROM donors
                                   WHERE id = CAST(:donor_id AS uuid)))
"""


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Gifts so like the one to be recorded, and who bears the name of their giver."""

    donors: Sequence[DonorView] = ()
    gifts: Sequence[DonationView] = ()

    @property
    def ids(self) -> frozenset[UUID]:
        """All that a person must have seen before the gift is recorded."""
        return frozenset({donor.id for donor in self.donors} | {gift.id for gift in self.gifts})


def lookalikes(session: Session, gift: RecordDonation) -> Lookalikes:
    """What the book holds that the gift may repeat: nothing once it is recorded itself.

    Gifts of the same name, amount and fund, at most DAYS_APART days apart and not taken back.
    A name alone is no reason to ask, for many bear it: namesakes are told beside such a gift.
    """
    donor = gift.donor
    is_unnamed = isinstance(donor, NewDonor) and donor.kind is DonorKind.ANONYMOUS
    if is_unnamed or _is_recorded(session, gift.id):
        return Lookalikes()
    gifts = _gifts_like(session, gift)
    if not gifts or not isinstance(donor, NewDonor):
        return Lookalikes(gifts=gifts)
    return Lookalikes(namesakes(session, donor, at_most=AT_MOST), gifts)


def _is_recorded(session: Session, donation_id: UUID) -> bool:
    query = text("SELECT EXISTS (SELECT FROM donations WHERE id = :id)")
    return bool(session.execute(query, {"id": donation_id}).scalar_one())


def _gifts_like(session: Session, gift: RecordDonation) -> Sequence[DonationView]:
    donor = gift.donor
    parameters = {
        "amount": gift.amount,
        "fund_id": gift.fund_id,
        "day": gift.received_on,
        "days": DAYS_APART,
        "key": fold(donor.name) if isinstance(donor, NewDonor) else None,
        "donor_id": None if isinstance(donor, NewDonor) else donor,
        "at_most": AT_MOST,
    }
    order = f" ORDER BY n.received_on DESC, {NEWEST_FIRST} LIMIT :at_most"
    rows = session.execute(text(DONATIONS + ALIKE + order), parameters)
    return [DonationView(*row) for row in rows]
