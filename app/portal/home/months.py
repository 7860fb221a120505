"""The year of the branch's own book: twelve bars, and how it stands against the year before."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from app.rollups.queries import as_of, month_totals, same_day_last_year, sums_between
from app.web.charts import Chart, bar_months, words_for
from app.web.filters import at, money

OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class Months:
    """A chart with its message and what it is made of."""

    chart: Chart
    title: str
    note: str


def months_of(session: Session, book: UUID, day: date) -> Months | None:
    """The year up to `day`; None while nothing came in, this year or last."""
    first = day.replace(month=1, day=1)
    now = sums_between(session, [book], first, day, reach=OWN).get(book, 0)
    then = same_day_last_year(day)
    before = sums_between(session, [book], first.replace(year=then.year), then, reach=OWN)
    if not now and not before.get(book):
        return None
    title = message(now, before.get(book, 0))
    values = amounts_by_month(session, book, day)
    chart = bar_months(values, title=title, words=words_for(str(get_locale())))
    note = gettext(
        "Số thu vào sổ của đơn vị năm %(year)s, gồm cả hiện vật quy ra tiền, tính đến %(moment)s.",
        year=day.year,
        moment=at(as_of(session)),
    )
    return Months(chart, title, note)


def amounts_by_month(session: Session, book: UUID, day: date) -> list[int | None]:
    """What each month of the year brought; months to come have no figures."""
    sums: list[int | None] = [0] * day.month + [None] * (12 - day.month)
    first = day.replace(month=1, day=1)
    for total in month_totals(session, [book], first, day, reach=OWN):
        sums[total.month.month - 1] = (sums[total.month.month - 1] or 0) + total.amount
    return sums


def message(now: int, before: int) -> str:
    """What the chart says, in one sentence. The same days of both years are compared."""
    if before <= 0:
        compared = gettext("cùng kỳ năm trước chưa có số liệu")
    else:
        compared = change((200 * now + before) // (2 * before) - 100)
    return str(
        gettext("Từ đầu năm thu %(amount)s; %(compared)s.", amount=money(now), compared=compared)
    )


def change(percent: int) -> str:
    """How this year stands against the last, in per cent of it."""
    if percent > 0:
        return str(gettext("tăng %(percent)s %% so với cùng kỳ năm trước", percent=percent))
    if percent < 0:
        return str(gettext("giảm %(percent)s %% so với cùng kỳ năm trước", percent=-percent))
    return str(gettext("bằng cùng kỳ năm trước"))
