"""The first line of a report: what one would answer on the telephone, as whole sentences."""

from collections.abc import Sequence

from app.branches.commands import BranchKind
from app.kernel.clock import local, today
from app.kernel.days import format_day
from app.rollups.overview import BranchYear, Comparison, LowerYear, LowerYears, Year
from app.web.wording import gettext
from app.web.year_charts import counted, month_name, per_cent, spoken, unbroken


def answer(year: Year, figures: BranchYear, lower: LowerYears) -> str:
    """How much came in from whom, against the same days before, and who has nothing to show."""
    said = {
        "when": when(year),
        "who": who(lower),
        "amount": unbroken(spoken(figures.total.amount)),
    }
    told = (_amount_told(said, lower.comparison, year), silent_told(year, lower))
    return " ".join(filter(None, told))


def when(year: Year) -> str:
    """The days that a report covers."""
    if not year.is_running and year.first_known > year.first:
        month = month_name(year.first_known.month)
        return gettext("Từ %(month)s đến hết năm %(year)s", month=month, year=str(year.number))
    if not year.is_running:
        return gettext("Cả năm %(year)s", year=str(year.number))
    there = local(year.horizon.as_of)
    clock = f"{there:%H:%M}"
    if there.date() == today():
        return gettext("Từ đầu năm đến %(time)s hôm nay", time=clock)
    day = format_day(there.date())
    return gettext("Từ đầu năm đến %(time)s ngày %(day)s", time=clock, day=day)


def who(lower: LowerYears) -> str:
    """Who brought the money together: the branch itself, those below it, those that have left."""
    if not (lower.present or lower.ended):
        return gettext("đơn vị")
    named = [gettext("cơ quan hội")] if lower.own.total.amount else []
    if not lower.ended or any(row.total.amount for row in lower.present):
        named.append(_present_told(lower.present))
    if lower.ended:
        named.append(gettext("%(count)s đơn vị cũ", count=counted(len(lower.ended))))
    *first, last = named
    if not first:
        return last
    return gettext("%(names)s và %(last)s", names=", ".join(first), last=last)


def _present_told(lower: Sequence[LowerYear]) -> str:
    count = counted(len(lower))
    if all(row.branch.kind == BranchKind.COMMUNE for row in lower):
        return gettext("%(count)s xã phường", count=count)
    return gettext("%(count)s đơn vị trực thuộc", count=count)


def silent(year: Year, lower: LowerYears) -> list[LowerYear]:
    """Branches without a gift in the running month, or in the whole of a past year."""
    month = year.last_known.month - 1
    return [
        row
        for row in lower.present
        if not (row.months[month] if year.is_running else row.total.amount)
    ]


def silent_told(year: Year, lower: LowerYears) -> str:
    """How many of them there are; nothing when there are none."""
    count = len(silent(year, lower))
    if not count:
        return ""
    if year.is_running:
        return gettext(
            "%(count)s đơn vị chưa có khoản nào trong %(month)s.",
            count=counted(count),
            month=month_name(year.last_known.month),
        )
    return gettext("%(count)s đơn vị không có khoản nào trong năm.", count=counted(count))


def _amount_told(said: dict[str, str], comparison: Comparison | None, year: Year) -> str:
    percent = comparison.percent if comparison else None
    if comparison is None or percent is None:
        return gettext("%(when)s, %(who)s vận động được %(amount)s.", **said)
    if comparison.since > year.first:
        return gettext(
            "%(when)s, %(who)s vận động được %(amount)s;"
            " tính từ %(since)s thì bằng %(percent)s cùng kỳ năm trước.",
            since=format_day(comparison.since),
            percent=per_cent(percent),
            **said,
        )
    return gettext(
        "%(when)s, %(who)s vận động được %(amount)s, bằng %(percent)s cùng kỳ năm trước.",
        percent=per_cent(percent),
        **said,
    )
