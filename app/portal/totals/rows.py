"""The lines of a report's table, each drawn when what it says has changed."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from app.rollups.overview import Comparison, Sums
from app.web.year_charts import per_cent


@dataclass(frozen=True, slots=True)
class Told:
    """What all lines of a page have in common: language, address, year, whether days are told."""

    language: str
    root: str
    year: int
    is_since: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One branch in the table: all that its line depends on, beside `Told`."""

    name: str
    href: str | None
    total: Sums
    comparison: Comparison | None
    course: Markup
    share: str = ""
    left_on: date | None = None
    odd_since: str = ""
    """From which day it is compared (01/08), when most rows are from another one."""

    @property
    def percent(self) -> int:
        """This year in per cent of the same days before; -1 when they cannot be compared."""
        percent = self.comparison.percent if self.comparison else None
        return -1 if percent is None else percent

    @property
    def before(self) -> int:
        """The same days of the year before; 0 when there is nothing to compare with."""
        return self.comparison.before if self.comparison else 0

    @property
    def now(self) -> int:
        """What `before` is compared with."""
        return self.comparison.now if self.comparison else 0

    @property
    def change(self) -> str:
        """The change in words of the table."""
        return change_told(self.percent)


# By the value of all it depends on: a gift draws the line of its own branch anew, and no other.
@lru_cache(maxsize=2048)
def line(row: Row, told: Told) -> Markup:
    """The line of one branch, in the language of the request, which `told` must name."""
    module = current_app.jinja_env.get_template("portal/totals/_row.html").module
    return Markup(module.line(row, told))  # type: ignore[attr-defined]  # noqa: S704  a macro's


def change_told(percent: int) -> str:
    """The change against the same days before: +7 %, −12 %, 0 %; a dash when there were none."""
    change = percent - 100
    if percent < 0:
        return "–"
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return sign + per_cent(abs(change))
