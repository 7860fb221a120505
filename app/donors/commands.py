"""What callers say of a giver: one met now, or a known one told better."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.kernel.text import fold, sort_key

ANONYMOUS_NAME: Final = "Nhà hảo tâm không nêu tên"
"""Stands in the book and on the receipt of a giver who told no name."""


class DonorKind(StrEnum):
    """What a giver is."""

    PERSON = "person"
    HOUSEHOLD = "household"
    ORGANISATION = "organisation"
    CLAN = "clan"
    ANONYMOUS = "anonymous"


NAMED: Final = frozenset(DonorKind) - {DonorKind.ANONYMOUS}


@dataclass(frozen=True, slots=True)
class NewDonor:
    """A giver met now; texts are clean already (kernel/text.py)."""

    kind: DonorKind
    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None

    def told(self) -> tuple[str | None, ...]:
        """All that was said of the giver, as it was said."""
        return (self.kind.value, self.name, self.phone, self.email, self.address)

    def as_json(self) -> dict[str, object]:
        """The columns of the donors table, without the id."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "search_key": fold(self.name),
            "sort_key": sort_key(self.name),
            "phone": self.phone,
            "email": self.email,
            "address": self.address,
            "identity": self._identity(),
        }

    def _identity(self) -> str | None:
        """Hex digest that is equal for the same giver told the same way, or None.

        Two people may bear one name, live at one address and have names that differ in an accent
        alone, so only a name as it is written with a phone or an e-mail identifies anybody: the
        machine never joins two people, it asks (peers.md §3, ask 12).
        """
        if not (self.phone or self.email):
            return None
        told = [self.kind, self.name.casefold(), self.phone, self.email, fold(self.address or "")]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CorrectDonor:
    """A known giver as he is told now."""

    id: UUID
    told: NewDonor
