"""A fund's entries as lines of a book: what happened, in which accounts, what it held then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.donations.queries import Cause, GiftBehind, gifts_behind
from app.funds.queries import BalanceAfter, balances_after
from app.kernel.errors import marked
from app.ledger.entries import Side
from app.ledger.queries import EntryFilter, EntryView, PostingView, entries
from app.portal.paging import Part, dated_cursor, dated_place, one_more, part

WHAT: Final = {
    "donation": marked("Khoản ủng hộ"),
    "donation.reversal": marked("Đã huỷ khoản ủng hộ"),
}
OTHER: Final = marked("Bút toán khác")
NOTHING: Final = BalanceAfter(0, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, debits first: `change` is what it did to the fund, `balance` what it held then."""

    id: UUID
    dated_on: date
    what: str
    gift: GiftBehind | None
    postings: Sequence[PostingView]
    change: int
    balance: int


def journal_of(session: Session, fund_id: UUID, *, with_givers: bool) -> Part[Line]:
    """One part of the fund's entries, newest date first; givers only for those who may see them."""
    wanted = EntryFilter(fund_id=fund_id, after=dated_place(), at_most=one_more())
    found = entries(session, wanted)
    balances = balances_after(session, fund_id, [entry.id for entry in found])
    causes = [(entry.source_kind, entry.source_id) for entry in found]
    gifts = gifts_behind(session, causes) if with_givers else {}
    return part([line_of(entry, balances, gifts) for entry in found], place_of)


def line_of(
    entry: EntryView,
    balances: Mapping[UUID, BalanceAfter],
    gifts: Mapping[Cause, GiftBehind],
) -> Line:
    """An entry with what it did to the fund."""
    after = balances.get(entry.id, NOTHING)
    return Line(
        id=entry.id,
        dated_on=entry.dated_on,
        what=str(gettext(WHAT.get(entry.source_kind, OTHER))),
        gift=gifts.get((entry.source_kind, entry.source_id)),
        postings=sorted(entry.postings, key=lambda posting: posting.side != Side.DEBIT),
        change=after.change,
        balance=after.balance,
    )


def place_of(line: Line) -> str:
    """Where a line stands in the book."""
    return dated_cursor(line.dated_on, line.id)
