"""What callers hand to the verbs of banking, and what banks tell, whoever hands it over."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class LineSide(StrEnum):
    """Which way money went, as the account's holder sees it."""

    CREDIT = "credit"
    DEBIT = "debit"


class Provider(StrEnum):
    """Who tells of an account by webhook (domain.md §6.3)."""

    SEPAY = "sepay"
    CASSO = "casso"
    PAYOS = "payos"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One movement as a bank tells of it. Texts are clean (kernel.text), at most 500 letters.

    `day` is the value date, `amount` in đồng and positive, `reference` the bank's own number of the
    movement; what is None was not told.
    """

    day: date
    side: LineSide
    amount: int
    description: str
    reference: str | None = None
    balance_after: int | None = None
    counter_name: str | None = None
    counter_account: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStatement:
    """A statement that adds up: opening + credits − debits = closing. Lines are oldest first."""

    account_number: str | None
    opening: int
    closing: int
    lines: tuple[ToldLine, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """A line, and where its teller told it: a row of a file, or the provider's own id."""

    place: str
    line: ToldLine


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBankAccount:
    """An account of the branch: `bank` is the NAPAS number (BIN) of its bank."""

    id: UUID
    bank: str
    number: str
    holder: str
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFeed:
    """Who will tell of an account; both secrets are sealed already (banking/sealing.py)."""

    id: UUID
    account_id: UUID
    provider: Provider
    sealed_secret: bytes
    sealed_pull_key: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStatement:
    """A statement that was read from a stored file; `id` was made by the client."""

    id: UUID
    account_id: UUID
    file_name: str
    file_digest: str
    statement: ToldStatement
