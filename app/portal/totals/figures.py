"""The three or four numbers with which a report begins."""

from dataclasses import dataclass

from app.kernel.days import format_day
from app.portal.totals.report import Report
from app.portal.totals.rows import change_told
from app.rollups.overview import Comparison, Year
from app.web.filters import money
from app.web.wording import gettext
from app.web.year_charts import brief, counted, month_name


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that answers the question of the page, what it counts, and what to know of it."""

    label: str
    figure: str
    note: str


def key_figures(report: Report) -> list[KeyFigure]:
    """What came in, how much of it was goods, against the year before, and from how many gifts.

    Without goods, or without a year before, those are left out.
    """
    total = report.figures.total
    figures = [KeyFigure(gettext("Đã vận động được"), brief(total.amount), money(total.amount))]
    if total.in_kind_amount:
        goods = total.in_kind_amount
        figures.append(KeyFigure(gettext("Trong đó hiện vật"), brief(goods), money(goods)))
    figures += _change(report.year, report.lower.comparison)
    gave = KeyFigure(gettext("Lượt ủng hộ"), counted(total.gift_count), _gave_told(report))
    return [*figures, gave]


def _change(year: Year, compared: Comparison | None) -> list[KeyFigure]:
    if compared is None or compared.percent is None:
        return []
    note = gettext("cùng kỳ: %(amount)s", amount=brief(compared.before))
    return [KeyFigure(_compared_told(year, compared), change_told(compared.percent), note)]


def _compared_told(year: Year, compared: Comparison) -> str:
    before = str(year.number - 1)
    if compared.since > year.first:
        day = format_day(compared.since)[:5]
        return gettext("So với cùng kỳ %(year)s, từ %(day)s", year=before, day=day)
    return gettext("So với cùng kỳ %(year)s", year=before)


def _gave_told(report: Report) -> str:
    """How many of the branches below have something to show; of one alone what is no gift."""
    count = len(report.lower.present)
    if not count:
        return gettext("không kể lãi tiền gửi, hội phí")
    gave = f"{count - len(report.silent)}/{count}"
    if report.year.is_running:
        month = month_name(report.year.last_known.month)
        return gettext("%(gave)s đơn vị có khoản %(month)s", gave=gave, month=month)
    return gettext("%(gave)s đơn vị có khoản trong năm", gave=gave)
