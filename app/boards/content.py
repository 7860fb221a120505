"""What a notice board holds. Nothing that is not named here can be told to everybody (D7).

Amounts are whole đồng. Of people there are names alone, and only of those who let them be told.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.rollups.overview import Sums


@dataclass(frozen=True, slots=True)
class Link:
    """Another branch, to go to."""

    slug: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who the branch is, and how it is reached as far as it says so itself."""

    slug: str
    name: str
    short_name: str
    kind: str
    closed_on: date | None
    address: str | None
    phone: str | None
    email: str | None
    parent_slug: str | None
    parent_name: str | None

    @property
    def has_contact(self) -> bool:
        """Whether the branch says how it is reached."""
        return bool(self.address or self.phone or self.email)


@dataclass(frozen=True, slots=True)
class BoardYear:
    """The running year (of a closed branch its last): of the whole tree, and of its own book.

    `begins` is the month of the tree's first gift; months are None where nothing is known.
    """

    number: int
    begins: date | None
    as_of: datetime
    total: Sums
    own: Sums
    months: tuple[int | None, ...]
    months_before: tuple[int | None, ...]
    sources: dict[str, Sums]
    passed_down: int


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A branch directly below, and where it lies on the tile map."""

    slug: str
    short_name: str
    population: int | None
    tile_x: int | None
    tile_y: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """What a branch below brought in the year, with all below it."""

    branch: PlaceCard
    total: Sums


@dataclass(frozen=True, slots=True)
class Purse:
    """A fund with the money in it."""

    name: str
    restriction: str
    balance: int


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """Something received: from whom if he may be named, for what, from which source."""

    day: date
    name: str | None
    source: str
    amount: int
    purpose: str
    is_in_kind: bool


@dataclass(frozen=True, slots=True)
class Appeal:
    """A drive: what it wants, what has come (goods valued in đồng), and from how many givers.

    `gifts` are the latest, while it is open.
    """

    id: UUID
    name: str
    fund: str
    starts_on: date
    ends_on: date | None
    target: int | None
    raised: int
    giver_count: int
    gifts: tuple[MoneyIn, ...] = ()

    def is_open_on(self, day: date) -> bool:
        """Whether it takes gifts on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class PaperKind(StrEnum):
    """What a document is."""

    REPORT = "report"
    DECISION = "decision"
    LETTER = "letter"
    EVIDENCE = "evidence"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that the branch shows to everybody, found by its digest."""

    kind: PaperKind
    title: str
    digest: str
    media_type: str
    published_on: date


@dataclass(frozen=True, slots=True)
class MoneyOut:
    """Something spent, as the book names it, with the evidence that was published of it."""

    day: date
    account: str
    fund: str | None
    amount: int
    evidence: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Honoured:
    """A giver on the roll, with what he gave in the year."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll of the year: those who gave most, of `count` who may be named."""

    count: int
    names: tuple[Honoured, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the city has verified; a closed one warns."""

    bank: str
    number: str
    holder: str
    verified_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that a branch's public pages tell."""

    branch: Card
    successors: tuple[Link, ...]
    lower: tuple[Link, ...]
    year: BoardYear
    places: tuple[Place, ...]
    funds: tuple[Purse, ...]
    drives: tuple[Appeal, ...]
    money_in: tuple[MoneyIn, ...]
    spent: int
    money_out: tuple[MoneyOut, ...]
    roll: Roll
    accounts: tuple[Account, ...]
    documents: tuple[Paper, ...]

    @property
    def balance(self) -> int:
        """The money in all funds together."""
        return sum(fund.balance for fund in self.funds)

    @property
    def takes_gifts(self) -> bool:
        """Whether one can give here by transfer: there is a verified account that is open."""
        is_open = any(account.closed_on is None for account in self.accounts)
        return is_open and self.branch.closed_on is None

    def paper(self, digest: str) -> Paper | None:
        """The document with this digest, if it is shown here."""
        papers = [*self.documents, *(each for out in self.money_out for each in out.evidence)]
        return next((paper for paper in papers if paper.digest == digest), None)
