"""Whether a statement adds up, from which end it is written, and what it opens and closes with."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from app.banking.commands import LineSide, ToldStatement
from app.banking.statements import refusals
from app.banking.statements.refusals import StatementRefused
from app.banking.statements.tables import Entry, Section, Totals
from app.kernel.money import format_vnd

_NEWEST_FIRST: Final = -1


def settled(section: Section) -> ToldStatement:
    """The section as a statement that adds up, oldest line first.

    Every balance told agrees with the one before and its line, and sums told with the lines.
    Raises StatementRefused for the first row that does not, and when nothing can be proved.
    """
    entries = section.entries
    if section.currency is not None:
        raise StatementRefused(refusals.OTHER_CURRENCY, currency=section.currency)
    if not any(entry.line for entry in entries) and not _is_empty_but_sound(section):
        raise StatementRefused(refusals.NO_LINES)
    _prove_totals(section)
    ordered = _ordered(section, entries)
    opening = _opening(section, ordered)
    closing = opening + sum(entry.change for entry in ordered)
    return ToldStatement(
        account_number=section.account,
        opening=opening,
        closing=closing,
        lines=tuple(entry.line for entry in ordered if entry.line is not None),
    )


def _is_empty_but_sound(section: Section) -> bool:
    """A month without a movement is a statement too."""
    return section.opening is not None and section.closing is not None


def _ordered(section: Section, entries: list[Entry]) -> list[Entry]:
    """Entries oldest first. Days decide which order is tried first, sums which one holds."""
    direction = _direction(entries)
    orders = [entries, entries[::-1]]
    if direction == _NEWEST_FIRST:
        orders.reverse()
    troubles = [_trouble(section, order) for order in orders]
    holding = [order for order, trouble in zip(orders, troubles, strict=True) if trouble is None]
    if troubles[0] is not None and not holding:
        raise troubles[0]
    # The same sums from both ends: then only what it opens with can tell them apart.
    openings = {_opening(section, order) for order in holding}
    if not direction and len(openings) > 1:
        raise StatementRefused(refusals.TWO_ORDERS)
    return holding[0]


def _direction(entries: Sequence[Entry]) -> int:
    """Which way days run, by most of their steps; 0 when they do not say."""
    days = [(e.line.day, e.line.at) for e in entries if e.line is not None]
    steps = 0
    for (day, at), (next_day, next_at) in pairwise(days):
        if day != next_day:
            steps += 1 if day < next_day else -1
        elif at is not None and next_at is not None and at != next_at:
            steps += 1 if at < next_at else -1
    return (steps > 0) - (steps < 0)


def _opening(section: Section, ordered: Sequence[Entry]) -> int:
    """What the first balance told leaves for the beginning, unless that is labelled."""
    if section.opening is not None:
        return section.opening
    counted = 0
    for entry in ordered:
        counted += entry.change
        if entry.balance is not None:
            return entry.balance - counted
    raise StatementRefused(refusals.NO_OPENING)


def _trouble(section: Section, ordered: Sequence[Entry]) -> StatementRefused | None:
    """The first thing that does not agree in this order."""
    running = _opening(section, ordered)
    for entry in ordered:
        running += entry.change
        if entry.balance is not None and entry.balance != running:
            return _disagreement(refusals.BALANCE, entry.balance, running, entry.row)
    if section.closing is not None:
        if section.closing != running:
            return _disagreement(refusals.CLOSING, section.closing, running, None)
    elif (not ordered or ordered[-1].balance is None) and not _proves(section):
        return StatementRefused(refusals.NO_CLOSING)
    return None


def _disagreement(message: str, told: int, counted: int, row: int | None) -> StatementRefused:
    return StatementRefused(message, row=row, told=format_vnd(told), counted=format_vnd(counted))


def _prove_totals(section: Section) -> None:
    """One row of sums must be those of the lines: a file may have others, of pages or years."""
    told = [t for t in section.totals if t.debits is not None or t.credits is not None]
    if told and not any(_agrees(section, totals) for totals in told):
        raise StatementRefused(refusals.TOTALS, row=told[-1].row)


def _proves(section: Section) -> bool:
    return any(
        t.debits is not None and t.credits is not None and _agrees(section, t)
        for t in section.totals
    )


def _agrees(section: Section, totals: Totals) -> bool:
    lines = [entry.line for entry in section.entries if entry.line is not None]
    debits = sum(line.amount for line in lines if line.side is LineSide.DEBIT)
    credited = sum(line.amount for line in lines if line.side is LineSide.CREDIT)
    return totals.debits in {None, debits} and totals.credits in {None, credited}
