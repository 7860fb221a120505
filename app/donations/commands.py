"""What callers hand to the verbs of donations; texts and amounts are clean already."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.donors.commands import NewDonor


class Method(StrEnum):
    """How the gift came."""

    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    IN_KIND = "in_kind"


class Source(StrEnum):
    """From whom the money of a branch comes (contract.md §5)."""

    HOUSEHOLD = "household"
    INDIVIDUAL = "individual"
    ENTERPRISE = "enterprise"
    AGENCY = "agency"
    SCHOOL = "school"
    CLAN = "clan"
    OVERSEAS = "overseas"
    RELIGIOUS = "religious"
    PIGGY_BANK = "piggy_bank"
    INTEREST = "interest"
    MEMBERSHIP_DUE = "membership_due"
    UPPER_LEVEL = "upper_level"
    OTHER = "other"


class Arrival(StrEnum):
    """Whether the gift brings its money into the book, or the book has it and asked whose it is."""

    NOW = "now"
    FROM_SUSPENSE = "from_suspense"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDonation:
    """One gift. `id` was made by the client; `amount` in đồng; `received_on` is the money date.

    `donor` is a giver met now, or the id of one the branch knows. `covered_fee`, in đồng, came
    beside the gift to bear what the card costs.
    """

    id: UUID
    fund_id: UUID
    drive_id: UUID | None
    donor: NewDonor | UUID
    amount: int
    method: Method
    source: Source
    received_on: date
    is_anonymous: bool = False
    note: str | None = None
    arrival: Arrival = Arrival.NOW
    covered_fee: int = 0

    def digest(self) -> bytes:
        """SHA-256 of what was asked: the same id must always come with the same digest.

        How the money arrived is not asked but known of the id: a form, a line or a payment made it.
        """
        donor = str(self.donor) if isinstance(self.donor, UUID) else self.donor.told()
        asked = [
            str(self.fund_id),
            str(self.drive_id) if self.drive_id else None,
            donor,
            self.amount,
            self.method.value,
            self.source.value,
            self.received_on.isoformat(),
            self.is_anonymous,
            self.note,
        ]
        return hashlib.sha256(json.dumps(asked).encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseDonation:
    """Take a gift back, for a reason; `id` was made by the client."""

    id: UUID
    donation_id: UUID
    reason: str

    def digest(self) -> bytes:
        """SHA-256 of what was asked."""
        return hashlib.sha256(f"{self.donation_id}\n{self.reason}".encode()).digest()
