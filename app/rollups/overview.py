"""One year of a branch in numbers, and of the branches below it, in a fixed number of queries.

A lower branch counts for the days on which it was there, so that all rows add up to the whole.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.branches.queries import LowerBranch, lower_branches
from app.rollups.queries import Horizon, MonthTotal, month_totals, same_day_last_year
from app.rollups.years import (
    FROM_ABOVE,
    NOT_GIVEN,
    YearAsked,
    YearFound,
    years_of_itself,
    years_with_lower,
)

A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What was mobilised (M1, in đồng), the part in kind, and how many gifts of givers that were.

    What an upper level passed down is in none of them (app.rollups.years).
    """

    amount: int = 0
    in_kind_amount: int = 0
    gift_count: int = 0


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
    def first_known(self) -> date:
        """The first day that the totals may speak of."""
        return max(self.first, self.horizon.begins or self.first)

    @property
    def is_running(self) -> bool:
        """Whether the year has not ended."""
        return self.last_known < self.stop - A_DAY

    def asked(self, branch_id: UUID) -> YearAsked:
        """The year of a branch, to be compared with the same days of the year before."""
        return YearAsked(
            branch_id=branch_id,
            first=self.first,
            stop=self.stop,
            known=self.first.replace(year=self.number - 1),
            stop_before=same_day_last_year(self.last_known) + A_DAY,
            today=self.horizon.today,
        )

    def knows(self, month: date) -> bool:
        """Whether a month lies between the first gift ever and the present, or the branch's end."""
        begins = self.horizon.begins
        if begins is None or (self.closed_on and month >= self.closed_on):
            return False
        return begins <= month <= self.horizon.today


@dataclass(frozen=True, slots=True)
class BranchYear:
    """What a branch's tree mobilised in a year, by month (None: nothing is known), source and fund.

    `passed_down` came from above beside it (M7).
    """

    total: Sums
    months: tuple[int | None, ...]
    months_before: tuple[int | None, ...]
    sources: dict[str, Sums]
    restrictions: dict[str, Sums]
    passed_down: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One tree or own book over a year; `comparison` None when it was not there before."""

    total: Sums
    months: tuple[int | None, ...]
    comparison: Comparison | None
    passed_down: int


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
    own: Standing
    """The upper branch's own book."""
    comparison: Comparison | None
    """Of the upper branch's whole tree."""


def branch_year(session: Session, branch_id: UUID, year: Year) -> BranchYear:
    """What the branch and all below it mobilised in the year, and in the months before it."""
    before = year.first.replace(year=year.number - 1)
    tree = month_totals(session, branch_id, before, year.stop - A_DAY)
    all_now = [cell for cell in tree if cell.month >= year.first]
    mobilised = [cell for cell in tree if cell.source != FROM_ABOVE]
    now = [cell for cell in mobilised if cell.month >= year.first]
    last_year = [cell for cell in mobilised if cell.month < year.first]
    return BranchYear(
        total=_total(now),
        months=_course(year, year.number, [(c.month.month, c.amount) for c in now]),
        months_before=_course(
            year, year.number - 1, [(c.month.month, c.amount) for c in last_year]
        ),
        sources=_split(now, lambda cell: cell.source),
        restrictions=_split(now, lambda cell: cell.restriction),
        passed_down=sum(cell.amount for cell in all_now if cell.source == FROM_ABOVE),
    )


def standings(session: Session, branch_id: UUID, year: Year) -> tuple[Standing, Standing]:
    """The year of the branch's own book, and of its tree, each against the same days before."""
    found = years_of_itself(session, year.asked(branch_id))
    return _standing(found.get("own"), year), _standing(found.get("tree"), year)


def lower_years(session: Session, branch_id: UUID, year: Year) -> LowerYears:
    """The year of every branch directly below, by slug, compared with the same days before."""
    # From the year before, since a term that ended then may go on under another name.
    before = year.first.replace(year=year.number - 1)
    lower = lower_branches(session, branch_id, first=before, last=year.stop - A_DAY)
    found = years_with_lower(session, year.asked(branch_id))
    course = [(date(year.number, month, 1)) for month in range(1, 13)]
    known = [(start, year.knows(start)) for start in course]
    rows = [_lower_year(branch, found.get((branch.id, "tree")), known) for branch in lower]
    today = year.horizon.today
    has_left = {b.id for b in lower if b.left_on is not None and b.left_on <= today}
    return LowerYears(
        present=tuple(row for row in rows if row.branch.id not in has_left),
        ended=tuple(row for row in rows if row.branch.id in has_left and row.total != Sums()),
        own=_standing(found.get((branch_id, "own")), year),
        comparison=_comparison(found.get((branch_id, "tree"))),
    )


def _lower_year(
    branch: LowerBranch, found: YearFound | None, known: Sequence[tuple[date, bool]]
) -> LowerYear:
    begins = branch.terms[0].first.replace(day=1)
    amounts = _by_month(found.months if found else ())
    months = tuple(
        amounts.get(month.month, 0) if is_known and month >= begins else None
        for month, is_known in known
    )
    return LowerYear(branch, _sums_of(found), months, _comparison(found))


def _standing(found: YearFound | None, year: Year) -> Standing:
    months = _course(year, year.number, found.months if found else ())
    passed_down = found.passed_down if found else 0
    return Standing(_sums_of(found), months, _comparison(found), passed_down)


def _sums_of(found: YearFound | None) -> Sums:
    return Sums(found.amount, found.in_kind_amount, found.gift_count) if found else Sums()


def _comparison(found: YearFound | None) -> Comparison | None:
    if found is None or found.since is None:
        return None
    return Comparison(found.since, found.now, found.before)


def _total(cells: Sequence[MonthTotal]) -> Sums:
    return Sums(
        sum(cell.amount for cell in cells),
        sum(cell.in_kind_amount for cell in cells),
        sum(cell.gift_count for cell in cells if cell.source not in NOT_GIVEN),
    )


def _split(cells: Iterable[MonthTotal], part: Callable[[MonthTotal], str]) -> dict[str, Sums]:
    found: dict[str, list[MonthTotal]] = defaultdict(list)
    for cell in cells:
        found[part(cell)].append(cell)
    return {name: _total(same) for name, same in found.items()}


def _by_month(amounts: Iterable[tuple[int, int]]) -> dict[int, int]:
    by_month: dict[int, int] = defaultdict(int)
    for number, amount in amounts:
        by_month[number] += amount
    return by_month


def _course(year: Year, number: int, amounts: Iterable[tuple[int, int]]) -> tuple[int | None, ...]:
    by_month = _by_month(amounts)
    return tuple(
        by_month.get(month, 0) if year.knows(date(number, month, 1)) else None
        for month in range(1, 13)
    )
