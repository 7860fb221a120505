"""Whether two tellings are one movement, and what a movement does to the book.

Webhooks and statements tell of the same money in other words. Told apart wrongly it is counted
twice, taken for one wrongly it is lost, so each teller's lines are kept apart from each other and
two tellers agree only by what a bank does not repeat (domain.md §6.3, rule 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
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
    """A line of the account as others told it."""

    id: UUID
    side: str
    amount: int
    day: date
    at: datetime | None
    description: str
    reference: str | None
    balances: frozenset[int]


def likeness(known: KnownLine, told: ToldLine) -> tuple[int, ...] | None:
    """How surely a line that another teller told is the one told now: smaller is surer.

    None when they are two. The bank's number decides when both know it; else words that are the
    same but for what banks put around them, or one memo code; else the balance that was left.
    """
    if (known.side, known.amount) != (told.side.value, told.amount):
        return None
    one, other = plain(known.reference or ""), plain(told.reference or "")
    if one and other:
        return (0,) if one == other else None
    apart = abs((known.day - told.day).days)
    is_same_day = not apart
    if not is_same_day and not is_over_midnight(known, told):
        return None
    # Who tells no number leaves the numbered ones to those who do.
    rest = (int(one != other), int(told.balance_after not in known.balances), apart)
    if akin(known.description, told.description):
        return (
            1,
            int(codes(known.description) != codes(told.description)),
            *rest,
            _rest_of(known, told),
        )
    if is_same_day and told.balance_after in known.balances:
        return 2, *rest
    return None


def akin(one: str, other: str) -> bool:
    """Whether two texts are one text, cut or with a bank's own words around it."""
    if codes(one) and codes(one) == codes(other):
        return True
    shorter, longer = sorted((plain(one), plain(other)), key=len)
    return shorter == longer or (len(shorter) >= TELLING_LENGTH and shorter in longer)


def is_over_midnight(known: KnownLine, told: ToldLine) -> bool:
    """Whether one was told with a late hour, and the other, without an hour, is of the next day.

    Else the same words on two days are two movements: somebody gives every day.
    """
    timed, untimed = (known, told) if known.at else (told, known)
    if timed.at is None or untimed.at is not None:
        return False
    return local(timed.at).hour >= LATE and untimed.day - timed.day == timedelta(days=1)


def _rest_of(known: KnownLine, told: ToldLine) -> int:
    """How many letters one of two texts has more than the other."""
    return abs(len(plain(known.description)) - len(plain(told.description)))


@lru_cache(maxsize=20_000)
def codes(text: str) -> tuple[str, ...]:
    """The memo codes in a text, remembered."""
    return codes_in(text)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Letters and digits alone, folded; remembered."""
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
