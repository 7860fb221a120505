"""The year of the branch's own book, and of all below it, each against the same days before."""

from dataclasses import dataclass

from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from app.branches.queries import BranchView
from app.kernel.days import format_day
from app.rollups.overview import Comparison, Standing, Sums, Year, standings
from app.rollups.queries import horizon
from app.web.charts import Chart, bar_months, words_for
from app.web.filters import at, money
from app.web.year_charts import counted


@dataclass(frozen=True, slots=True)
class Months:
    """What the tree mobilised in words; of the own book a chart (None if empty) and its words."""

    tree: str
    chart: Chart | None
    title: str
    note: str
    passed_down: int


def months_of(session: Session, branch: BranchView) -> Months:
    """The running year of the branch; of a closed one the year in which it ended."""
    year = Year.latest(horizon(session, branch.id), branch.closed_on)
    own, tree = standings(session, branch.id, year)
    title = message(own.total.amount, own.comparison)
    note = gettext(
        "Sổ của riêng đơn vị năm %(year)s, gồm cả hiện vật quy ra tiền, tính đến %(moment)s.",
        year=year.number,
        moment=at(year.horizon.as_of),
    )
    chart = None
    if not _is_empty(own):
        chart = bar_months(own.months, title=title, words=words_for(str(get_locale())))
    return Months(
        message(tree.total.amount, tree.comparison), chart, title, str(note), own.passed_down
    )


def _is_empty(own: Standing) -> bool:
    return own.total == Sums() and not (own.comparison and own.comparison.before)


def message(amount: int, comparison: Comparison | None) -> str:
    """What came in this year, and how the days that both years know stand against each other."""
    percent = comparison.percent if comparison else None
    if comparison is None or percent is None:
        compared = gettext("cùng kỳ năm trước chưa có số liệu")
    else:
        compared = change(percent - 100)
        if (comparison.since.month, comparison.since.day) != (1, 1):
            since = format_day(comparison.since)
            compared = gettext("tính từ %(since)s, %(change)s", since=since, change=compared)
    return str(
        gettext(
            "Từ đầu năm vận động được %(amount)s; %(compared)s.",
            amount=money(amount),
            compared=compared,
        )
    )


def change(percent: int) -> str:
    """How this year stands against the last, in per cent of it."""
    if percent > 0:
        return str(
            gettext("tăng %(percent)s %% so với cùng kỳ năm trước", percent=counted(percent))
        )
    if percent < 0:
        return str(
            gettext("giảm %(percent)s %% so với cùng kỳ năm trước", percent=counted(-percent))
        )
    return str(gettext("bằng cùng kỳ năm trước"))
