"""Whether two tellings are one movement, and what a movement does to the book.

Webhooks and statements tell of the same money in other words. Told apart wrongly it is counted
twice, taken for one wrongly it is lost, so each teller's lines are kept apart from each other and
two tellers agree only by what a bank does not repeat (domain.md §6.3, rule 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from app.banking.commands import LineSide, ToldLine
from app.kernel.clock import local
from app.kernel.ids import uuid7
from app.kernel.memo_codes import codes_in
from app.kernel.text import fold
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side

# From this hour on a bank may book a transfer on the next day.
LATE: Final = 22
# A shorter text is inside many others.
TELLING_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of the account as others told it; `told_here` when the present teller already did."""

    id: UUID
    side: str
    amount: int
    day: date
    at: datetime | None
    description: str
    reference: str | None
    balances: frozenset[int]
    told_here: bool


def same_movement(known: KnownLine, told: ToldLine) -> bool:
    """Whether a line that another teller told is the one told now.

    By the bank's number when both know it; else by their words or the memo code in them, or by the
    balance that the movement left on that day.
    """
    if (known.side, known.amount) != (told.side.value, told.amount):
        return False
    if known.reference and told.reference:
        return plain(known.reference) == plain(told.reference)
    if akin(known.description, told.description):
        return known.day == told.day or is_over_midnight(known, told)
    return known.day == told.day and told.balance_after in known.balances


def is_over_midnight(known: KnownLine, told: ToldLine) -> bool:
    """Whether one was told with a late hour, and the other, without an hour, is of the next day.

    Else the same words on two days are two movements: somebody gives every day.
    """
    timed, untimed = (known, told) if known.at else (told, known)
    if timed.at is None or untimed.at is not None:
        return False
    return local(timed.at).hour >= LATE and untimed.day - timed.day == timedelta(days=1)


def likeness(known: KnownLine, told: ToldLine) -> tuple[bool, timedelta]:
    """What is to be preferred among lines that could be the one told: the smallest of these."""
    return told.balance_after not in known.balances, abs(known.day - told.day)


def akin(one: str, other: str) -> bool:
    """Whether two texts are one text, cut or with a bank's own words around it."""
    codes = codes_in(one)
    if codes and codes == codes_in(other):
        return True
    shorter, longer = sorted((plain(one), plain(other)), key=len)
    return shorter == longer or (len(shorter) >= TELLING_LENGTH and shorter in longer)


def plain(text: str) -> str:
    """Letters and digits alone, folded."""
    return "".join(sign for sign in fold(text) if sign.isalnum())


def entry_of_line(line_id: UUID, line: ToldLine, dated_on: date) -> NewEntry:
    """The entry of a movement before anybody says what it was: the bank against suspense."""
    came_in = line.side is LineSide.CREDIT
    return NewEntry(
        id=uuid7(),
        dated_on=dated_on,
        source_kind="bank_line",
        source_id=line_id,
        postings=move(
            (Account.SUSPENSE, Account.BANK) if came_in else (Account.BANK, Account.SUSPENSE),
            line.amount,
        ),
    )


def move(
    accounts: tuple[Account, Account], amount: int, fund_id: UUID | None = None
) -> Sequence[NewPosting]:
    """Two lines that take `amount` đồng out of the first account and put it into the second."""
    taken_from, put_into = accounts
    return (
        NewPosting(put_into, Side.DEBIT, amount, fund_id),
        NewPosting(taken_from, Side.CREDIT, amount, fund_id),
    )
