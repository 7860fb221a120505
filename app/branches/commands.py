"""What callers hand to the verbs of branches."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BranchKind(StrEnum):
    """Kinds of unit (domain.md §1.3); codes are ours, words are the association's."""

    CITY = "city_association"
    DISTRICT = "district_association"
    COMMUNE = "commune_association"
    RESIDENTIAL = "residential_branch"
    CLAN = "clan_committee"
    SCHOOL = "school_committee"
    AGENCY = "agency_committee"
    ENTERPRISE = "enterprise_committee"
    ARMED_FORCES = "armed_forces_committee"


@dataclass(frozen=True, slots=True)
class OpenBranch:
    """A new branch under `parent_slug` (None only for a root), opened on a day."""

    slug: str
    name: str
    short_name: str
    kind: BranchKind
    opened_on: date
    parent_slug: str | None = None
    books: str = "own"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a branch, as everybody may read it; None is not known."""

    address: str | None = None
    phone: str | None = None
    email: str | None = None
