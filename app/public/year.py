"""The year of a branch as the notice board tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.boards.content import Board, Place
from app.kernel.clock import local, today
from app.kernel.days import format_day
from app.rollups.overview import BranchYear, Sums, Year
from app.rollups.queries import Horizon
from app.web.charts import Chart
from app.web.wording import gettext
from app.web.year_charts import (
    best_month,
    best_places,
    best_source,
    by_source,
    counted,
    map_of,
    months_note,
    one_year,
    spoken,
    two_years,
    unbroken,
)


@dataclass(frozen=True, slots=True)
class PublicYear:
    """What came in over one year, with the sentence that says it."""

    year: Year
    figures: BranchYear
    lower: Sequence[Place] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in."""
        return self.figures.total == Sums()

    def told(self) -> str:
        """How much came in, from how many gifts."""
        total = self.figures.total
        if self.is_empty:
            return _nothing_told(self.year)
        said = {
            "when": when(self.year),
            "amount": unbroken(spoken(total.amount)),
            "gifts": counted(total.gift_count),
        }
        return gettext("%(when)s đã vận động được %(amount)s, với %(gifts)s lượt ủng hộ.", **said)

    def months(self) -> Chart:
        """Twelve months as bars."""
        return one_year(self.figures)

    def two_years(self) -> Chart:
        """Twelve months against the year before."""
        return two_years(self.figures, self.year.number)

    def months_told(self) -> str:
        """The message of the months."""
        return best_month(self.figures)

    def months_note(self) -> str:
        """What the two years' months compare, and what they count."""
        return months_note(self.figures, self.year.number)

    def sources(self) -> Chart:
        """The year by source."""
        return by_source(self.figures.sources)

    def sources_told(self) -> str:
        """The message of the sources."""
        return best_source(self.figures.sources)

    def map(self) -> Chart | None:
        """The tile map; each tile leads to its branch's public page."""
        return map_of(self.lower, lambda branch: f"/q/{branch.slug}")

    def map_told(self) -> str:
        """The message of the map."""
        return best_places(self.lower)


def year_on(board: Board) -> PublicYear:
    """The year that a board tells of."""
    kept = board.year
    return PublicYear(
        Year(kept.number, Horizon(kept.begins, kept.as_of), board.branch.closed_on),
        BranchYear(
            total=kept.total,
            months=kept.months,
            months_before=kept.months_before,
            sources=kept.sources,
            restrictions={},
            passed_down=kept.passed_down,
        ),
        board.places,
    )


def _nothing_told(year: Year) -> str:
    number = str(year.number)
    if year.closed_on:
        return gettext("Năm %(year)s không có khoản ủng hộ nào được ghi.", year=number)
    return gettext("Năm %(year)s chưa có khoản ủng hộ nào.", year=number)


def when(year: Year) -> str:
    """The days that are told of."""
    if not year.is_running:
        return gettext("Trong năm %(year)s", year=str(year.number))
    there = local(year.horizon.as_of)
    if there.date() == today():
        return gettext("Từ đầu năm đến %(time)s hôm nay", time=f"{there:%H:%M}")
    return gettext("Từ đầu năm đến ngày %(day)s", day=format_day(there.date()))
