"""What goes into the book: balanced sets of positive amounts, each on a side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.ledger.chart import Account


class Side(StrEnum):
    """Nợ or Có."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class NewPosting:
    """One line: `amount` is positive, in đồng; `source` says which gifts a total counts."""

    account: Account
    side: Side
    amount: int
    fund_id: UUID | None
    source: str | None = None

    def as_json(self) -> dict[str, object]:
        """The shape that post_entries reads, once app.db.direct.jsonb has written it."""
        return {
            "account": self.account,
            "side": self.side,
            "amount": self.amount,
            "fund_id": self.fund_id,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One entry: the money date, the record that caused it, and at least two balancing lines."""

    id: UUID
    dated_on: date
    source_kind: str
    source_id: UUID
    postings: Sequence[NewPosting]

    def as_json(self) -> dict[str, object]:
        """The shape that post_entries reads."""
        return {
            "id": self.id,
            "dated_on": self.dated_on,
            "source_kind": self.source_kind,
            "source_id": self.source_id,
            "postings": [posting.as_json() for posting in self.postings],
        }
