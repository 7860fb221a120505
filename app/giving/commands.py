"""What callers hand to the verbs of giving; texts and amounts are clean already."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.donations.commands import RecordDonation
from app.donors.commands import DonorKind


class Way(StrEnum):
    """How the money is to come."""

    TRANSFER = "transfer"
    CARD = "card"


class Dedication(StrEnum):
    """For whom one gives."""

    IN_MEMORY_OF = "in_memory_of"
    ON_BEHALF_OF = "on_behalf_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOffer:
    """What somebody wishes to give. `id` was made when the page was opened, `amount` is in đồng.

    `donor_name` None: tells no name. `is_anonymous`: is not named in public.
    """

    id: UUID
    fund_id: UUID
    drive_id: UUID | None
    amount: int
    way: Way
    donor_kind: DonorKind
    donor_name: str | None
    is_anonymous: bool
    dedication: Dedication | None
    dedicated_to: str | None
    email: str | None
    locale: str

    def digest(self) -> bytes:
        """SHA-256 of what was asked: the same id must always come with the same digest."""
        asked = [str(getattr(self, name)) for name in self.__slots__ if name != "id"]
        return hashlib.sha256(json.dumps(asked).encode()).digest()


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a bank line, in đồng."""

    line_id: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftFromLines:
    """A gift whose money came by these parts of lines; together they are the gift's amount."""

    gift: RecordDonation
    parts: Sequence[Part]
    offer_id: UUID | None = None
