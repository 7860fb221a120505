"""Days from and to, both included, in query strings."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.api.answers import Closed
from app.api.fields import Cursor, Day, Limit, id_of
from app.kernel.days import parse_iso_day
from app.kernel.errors import Invalid, marked

BACKWARDS: Final = marked("Ngày cuối ở trước ngày đầu. Kiểm tra lại from và to.")


class DaysQuery(Closed):
    """From which day to which, both included; without one, without that bound."""

    first = Day(data_key="from")
    last = Day(data_key="to")


class RangeQuery(DaysQuery):
    """A list in the order of days, newest first."""

    limit = Limit()
    cursor = Cursor(parse_iso_day, id_of)


def range_of(asked: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The bounds that were asked for.

    Raises:
        Invalid: the last day lies before the first.
    """
    first, last = asked.get("first"), asked.get("last")
    if first and last and last < first:
        raise Invalid("to", BACKWARDS)
    return first, last
