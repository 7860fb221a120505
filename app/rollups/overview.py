"""One year of a branch in numbers, and of the branches below it, in a fixed number of queries.

A lower branch counts for the days on which it was there, so that all rows add up to the whole.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from app.branches.queries import LowerBranch, lower_branches
from app.rollups.queries import (
    Horizon,
    MonthTotal,
    Span,
    amounts_of_spans,
    month_totals,
    months_of_spans,
    same_day_last_year,
)

NOW: Final = "now"
BEFORE: Final = "before"
A_DAY: Final = timedelta(days=1)

Months: TypeAlias = dict[UUID, list[tuple[date, "Sums"]]]


@dataclass(frozen=True, slots=True)
class Sums:
    """What came in, in đồng: all of it, the part in kind, and how many gifts that were."""

    amount: int = 0
    in_kind_amount: int = 0
    gift_count: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.amount + other.amount,
            self.in_kind_amount + other.in_kind_amount,
            self.gift_count + other.gift_count,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same days of two years, from `since`: the first for which the year before is known."""

    since: date
    now: int
    before: int

    @property
    def percent(self) -> int | None:
        """This year in per cent of the year before, rounded; None when that had nothing."""
        if self.before <= 0:
            return None
        return (200 * self.now + self.before) // (2 * self.before)


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year as far as the totals know it, of a branch that may have closed in it."""

    number: int
    horizon: Horizon
    closed_on: date | None = None

    @property
    def first(self) -> date:
        """The first of January."""
        return date(self.number, 1, 1)

    @property
    def stop(self) -> date:
        """The first of January after it."""
        return date(self.number + 1, 1, 1)

    @property
    def last_known(self) -> date:
        """The last day that the totals may speak of."""
        return min(self.stop - A_DAY, self.horizon.today)

    @classmethod
    def latest(cls, horizon: Horizon, closed_on: date | None) -> "Year":
        """The present year; of a closed branch the one in which it ended."""
        number = horizon.today.year
        if closed_on:
            number = min(number, (closed_on - A_DAY).year)
        return cls(number, horizon, closed_on)

    @property
    def is_running(self) -> bool:
        """Whether the year has not ended."""
        return self.last_known < self.stop - A_DAY

    def knows(self, month: date) -> bool:
        """Whether a month lies between the first gift ever and the present, or the branch's end."""
        begins = self.horizon.begins
        if begins is None or (self.closed_on and month >= self.closed_on):
            return False
        return begins <= month <= self.horizon.today


@dataclass(frozen=True, slots=True)
class BranchYear:
    """A branch's tree over one year: `own` is the part in its own book. None: nothing is known."""

    total: Sums
    own: Sums
    months: tuple[int | None, ...]
    months_before: tuple[int | None, ...]
    own_months: tuple[int | None, ...]
    sources: dict[str, Sums]
    own_sources: dict[str, Sums]
    restrictions: dict[str, Sums]


@dataclass(frozen=True, slots=True)
class LowerYear:
    """A lower branch's tree over one year; `comparison` None when it was not there before."""

    branch: LowerBranch
    total: Sums
    months: tuple[int | None, ...]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class LowerYears:
    """The branches below: those still there, and those that left but gave in that year."""

    present: tuple[LowerYear, ...]
    ended: tuple[LowerYear, ...]
    comparison: Comparison | None
    """Of the upper branch itself."""


def branch_year(session: Session, branch_id: UUID, year: Year) -> BranchYear:
    """What the branch and all below it received in the year, and in the months before it."""
    before = year.first.replace(year=year.number - 1)
    last = year.stop - A_DAY
    tree = month_totals(session, [branch_id], before, last)
    own = month_totals(session, [branch_id], year.first, last, reach="own")
    now = [cell for cell in tree if cell.month >= year.first]
    return BranchYear(
        total=_total(now),
        own=_total(own),
        months=_course(year, year.number, now),
        months_before=_course(year, year.number - 1, [c for c in tree if c.month < year.first]),
        own_months=_course(year, year.number, own),
        sources=_split(now, lambda cell: cell.source),
        own_sources=_split(own, lambda cell: cell.source),
        restrictions=_split(now, lambda cell: cell.restriction),
    )


def lower_years(session: Session, branch_id: UUID, year: Year) -> LowerYears:
    """The year of every branch directly below, by slug, compared with the same days before."""
    # From the year before, since a term that ended then may go on under another name.
    before = year.first.replace(year=year.number - 1)
    lower = lower_branches(session, branch_id, first=before, last=year.stop - A_DAY)
    months: Months = defaultdict(list)
    for found_id, month, *sums in months_of_spans(session, list(_spans_of_year(lower, year))):
        months[found_id].append((month, Sums(*sums)))
    compared = _comparisons(session, branch_id, lower, year=year, months=months)
    starts = [date(year.number, month, 1) for month in range(1, 13)]
    course = [(start, year.knows(start)) for start in starts]
    rows = [
        LowerYear(
            branch,
            sum((sums for _, sums in months[branch.id]), Sums()),
            _months_of(branch, months[branch.id], course),
            compared.get(branch.id),
        )
        for branch in lower
    ]
    has_left = {row.branch.id for row in rows if _has_left(row.branch, year)}
    return LowerYears(
        present=tuple(row for row in rows if row.branch.id not in has_left),
        ended=tuple(row for row in rows if row.branch.id in has_left and row.total != Sums()),
        comparison=compared.get(branch_id),
    )


def _has_left(branch: LowerBranch, year: Year) -> bool:
    today = year.horizon.today
    return branch.left_on is not None and branch.left_on <= today


def _total(cells: Iterable[MonthTotal]) -> Sums:
    return sum((_sums(cell) for cell in cells), Sums())


def _sums(cell: MonthTotal) -> Sums:
    return Sums(cell.amount, cell.in_kind_amount, cell.gift_count)


def _split(cells: Iterable[MonthTotal], part: Callable[[MonthTotal], str]) -> dict[str, Sums]:
    found: dict[str, Sums] = defaultdict(Sums)
    for cell in cells:
        found[part(cell)] += _sums(cell)
    return dict(found)


def _course(year: Year, number: int, cells: Iterable[MonthTotal]) -> tuple[int | None, ...]:
    amounts: dict[int, int] = defaultdict(int)
    for cell in cells:
        amounts[cell.month.month] += cell.amount
    return tuple(
        amounts[month] if year.knows(date(number, month, 1)) else None for month in range(1, 13)
    )


def _months_of(
    branch: LowerBranch,
    months: Sequence[tuple[date, Sums]],
    course: Sequence[tuple[date, bool]],
) -> tuple[int | None, ...]:
    amounts = {month.month: sums.amount for month, sums in months}
    begins = branch.terms[0].first.replace(day=1)
    return tuple(
        amounts.get(number, 0) if is_known and month >= begins else None
        for number, (month, is_known) in enumerate(course, start=1)
    )


def _spans_of_year(lower: Iterable[LowerBranch], year: Year) -> Iterator[Span]:
    for branch in lower:
        yield from _within(branch, NOW, first=year.first, stop=year.stop)


def _within(branch: LowerBranch, label: str, *, first: date, stop: date) -> Iterator[Span]:
    for term in branch.terms:
        begins, ends = max(first, term.first), min(stop, term.stop or stop)
        if begins < ends:
            yield Span(branch.id, label, begins, ends)


def _comparisons(
    session: Session, branch_id: UUID, lower: Sequence[LowerBranch], *, year: Year, months: Months
) -> dict[UUID, Comparison]:
    """Compare the same days of both years, for as long as both are known; else nothing."""
    begins = year.horizon.begins
    if begins is None:
        return {}
    until, stop = year.last_known + A_DAY, same_day_last_year(year.last_known) + A_DAY
    known = max(begins, year.first.replace(year=year.number - 1))
    if known >= stop:
        return {}
    since = {branch_id: known}
    spans = [Span(branch_id, BEFORE, known, stop), Span(branch_id, NOW, _a_year_on(known), until)]
    for branch in lower:
        first = max(known, branch.terms[0].first)
        if first < stop and not _has_left(branch, year):
            since[branch.id] = first
            spans += _within(branch, BEFORE, first=first, stop=stop)
            if _a_year_on(first).day > 1:
                spans += _within(branch, NOW, first=_a_year_on(first), stop=until)
    amounts = amounts_of_spans(session, spans)
    return {
        found: Comparison(
            _a_year_on(first),
            amounts.get((found, NOW), _amount_since(_a_year_on(first), months[found])),
            amounts.get((found, BEFORE), 0),
        )
        for found, first in since.items()
    }


def _amount_since(month: date, months: Iterable[tuple[date, Sums]]) -> int:
    """What whole months hold from one of them on: known already, so nobody is asked again."""
    return sum(sums.amount for begins, sums in months if begins >= month)


def _a_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
