"""The year of a branch and of those below it as a report: numbers of app.rollups made readable."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from flask_babel import get_locale
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.branches.queries import BranchView
from app.kernel.days import format_day
from app.kernel.text import sort_key
from app.portal.totals.answer import answer, silent
from app.portal.totals.rows import Row, Told, change_told, line
from app.rollups.overview import (
    BranchYear,
    Comparison,
    LowerYear,
    LowerYears,
    Standing,
    Sums,
    Year,
    branch_year,
    lower_years,
)
from app.rollups.queries import horizon
from app.web.charts import Chart, Words, sparkline
from app.web.labels import label
from app.web.wording import gettext
from app.web.year_charts import (
    best_month,
    best_places,
    best_source,
    by_source,
    is_per_head,
    map_of,
    months_note,
    per_cent,
    two_years,
    words,
)

DEFAULT_SORT: Final = "-amount"


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of fund and what came in for it."""

    name: str
    sums: Sums
    share: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page of a branch's year shows."""

    branch: BranchView
    year: Year
    years: Sequence[int]
    figures: BranchYear
    lower: LowerYears
    answer: str
    silent: Sequence[LowerYear]
    rows: Sequence[Row]
    parts: Sequence[Part]
    sort: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in, neither this year nor the year before."""
        known = [*self.figures.months, *self.figures.months_before]
        nothing = self.figures.total == Sums() and not self.figures.passed_down
        return nothing and not any(known)

    @property
    def has_lower(self) -> bool:
        """Whether there is a branch below to tell apart."""
        return bool(self.rows)

    def months(self) -> Chart:
        """The year against the one before."""
        return two_years(self.figures, self.year.number)

    def months_told(self) -> str:
        """The message of the months."""
        return best_month(self.figures)

    def months_note(self) -> str:
        """What the months are compared with."""
        return months_note(self.figures, self.year.number)

    def sources(self) -> Chart:
        """The year by source."""
        return by_source(self.figures.sources)

    def sources_told(self) -> str:
        """The message of the sources."""
        return best_source(self.figures.sources)

    def places_told(self) -> str:
        """The message of the map."""
        return best_places(self.lower.present)

    @property
    def since(self) -> str | None:
        """From which day rows are compared, when that is not the first of January for all."""
        days = {row.comparison.since for row in self.rows if row.comparison}
        if days <= {self.year.first}:
            return None
        return f"{format_day(days.pop())[:5]}" if len(days) == 1 else ""

    @property
    def is_since(self) -> bool:
        """Whether the compared days of this year are told beside the whole of it."""
        return self.since is not None

    def since_told(self, years_ago: int) -> str:
        """The head of a column of compared days, of this year or of one before."""
        year = str(self.year.number - years_ago)
        if self.since is None:
            return gettext("Cùng kỳ %(year)s", year=year)
        if not self.since:
            return gettext("Những ngày so được, %(year)s", year=year)
        return gettext("Từ %(day)s", day=f"{self.since}/{year}")

    @property
    def compared(self) -> tuple[int, int]:
        """The sums of the compared days of all rows, of this year and of the one before."""
        return sum(row.now for row in self.rows), sum(row.before for row in self.rows)

    @property
    def compared_change(self) -> str:
        """The change from one of these sums to the other."""
        return change_told(Comparison(self.year.first, *self.compared).percent or -1)

    @property
    def whole(self) -> str:
        """The share that all rows make together."""
        return per_cent(100)

    def lines(self, root: str) -> Markup:
        """The rows of the table, whose links begin with `root`."""
        told = Told(str(get_locale()), root, self.year.number, is_since=self.is_since)
        return Markup("\n").join(line(row, told) for row in self.rows)

    def map(self, root: str) -> Chart | None:
        """The tile map; each tile leads to its branch's report."""
        year = self.year.number
        return map_of(self.lower.present, lambda branch: f"{root}/{branch.slug}?nam={year}")

    @property
    def is_per_head(self) -> bool:
        """Whether the map is shaded by amount per inhabitant."""
        return is_per_head(self.lower.present)


SORTS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "name": lambda row: sort_key(row.name),
    "amount": lambda row: row.total.amount,
    "now": lambda row: row.now,
    "before": lambda row: row.before,
    "change": lambda row: row.percent,
    "count": lambda row: row.total.gift_count,
}


def report_of(session: Session, branch: BranchView, asked: Mapping[str, str]) -> Report:
    """The report of the year that was asked for (nam=2026), sorted as asked (sort=-amount).

    An unknown year or order gives the present one and the largest first.
    """
    known = horizon(session, branch.id)
    year = Year.latest(known, branch.closed_on)
    if asked.get("nam", "") in map(str, known.years):
        year = replace(year, number=int(asked["nam"]))
    figures = branch_year(session, branch.id, year)
    lower = lower_years(session, branch.id, year)
    sort = asked.get("sort", "")
    return Report(
        branch=branch,
        year=year,
        years=known.years,
        figures=figures,
        lower=lower,
        answer=answer(year, figures, lower),
        silent=silent(year, lower),
        rows=_sorted(_rows(branch, lower), sort),
        parts=_parts(figures),
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
    )


def _parts(figures: BranchYear) -> list[Part]:
    ordered = sorted(figures.restrictions.items(), key=lambda item: -item[1].amount)
    shares = words().shares([sums.amount for _, sums in ordered])
    named = zip(ordered, shares, strict=True)
    return [Part(label(kind), sums, share) for (kind, sums), share in named]


def _rows(branch: BranchView, lower: LowerYears) -> list[Row]:
    told = words()
    rows = [_row(row, told) for row in (*lower.present, *lower.ended)]
    if rows and lower.own.total != Sums():
        rows.append(_own_row(branch, lower.own))
    shares = told.shares([row.total.amount for row in rows])
    rows = [replace(row, share=share) for row, share in zip(rows, shares, strict=True)]
    days = Counter(row.comparison.since for row in rows if row.comparison)
    if len(days) < 2:  # noqa: PLR2004  two rows can differ
        return rows
    usual = days.most_common(1)[0][0]
    return [replace(row, odd_since=_odd(row, usual)) if _odd(row, usual) else row for row in rows]


def _odd(row: Row, usual: date) -> str:
    if row.comparison is None or row.comparison.since == usual:
        return ""
    return format_day(row.comparison.since)[:5]


def _own_row(branch: BranchView, own: Standing) -> Row:
    return Row(
        name=gettext("%(name)s, trực tiếp tại hội", name=branch.short_name),
        href=None,
        total=own.total,
        comparison=own.comparison,
        course=sparkline(own.months, title=_course_told(own.months, words())),
    )


def _row(row: LowerYear, told: Words) -> Row:
    return Row(
        name=row.branch.short_name,
        href=row.branch.slug,
        total=row.total,
        comparison=row.comparison,
        course=sparkline(row.months, title=_course_told(row.months, told)),
        left_on=row.branch.left_on,
    )


def _course_told(months: Sequence[int | None], told: Words) -> str:
    known = [(amount, -at) for at, amount in enumerate(months) if amount is not None]
    if not any(amount for amount, _ in known):
        return told.no_data
    amount, at = max(known)
    return told.highest.format(told.months[-at], told.short(amount))


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return _sorted(rows, DEFAULT_SORT)
    return sorted(rows, key=key, reverse=sort.startswith("-"))
