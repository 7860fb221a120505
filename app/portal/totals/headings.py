"""The heads of a report's table: what a column is called, and the address that sorts by it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.portal.totals.report import Report
from app.web.wording import gettext

Kind: TypeAlias = Literal["text", "money", "number"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; `direction` is told of the one that the rows are sorted by."""

    label: str
    kind: Kind = "text"
    href: str | None = None
    direction: Literal["ascending", "descending"] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The order in force (-amount), and the address to which another one is added."""

    address: str
    sort: str

    def heading(self, label: str, key: str, kind: Kind) -> Heading:
        """The head of a column that the rows can be sorted by."""
        is_down, is_up = self.sort == f"-{key}", self.sort == key
        wanted = turned(key, kind, self.sort)
        return Heading(
            label=label,
            kind=kind,
            href=f"{self.address}&sort={wanted}",
            direction="descending" if is_down else "ascending" if is_up else None,
        )


def headings(report: Report, here: str) -> list[Heading]:
    """The heads from left to right; days of this year have a column when they are fewer than it."""
    order = Order(f"{here}?nam={report.year.number}", report.sort)
    year = gettext("Năm %(year)s", year=str(report.year.number))
    since = [order.heading(report.since_told(0), "now", "money")] if report.is_since else []
    return [
        order.heading(gettext("Đơn vị"), "name", "text"),
        order.heading(year, "amount", "money"),
        *since,
        order.heading(report.since_told(1), "before", "money"),
        order.heading(gettext("So sánh"), "change", "number"),
        order.heading(gettext("Lượt"), "count", "number"),
        Heading(gettext("12 tháng")),
        Heading(gettext("Tỷ lệ"), "number"),
    ]


def turned(key: str, kind: Kind, sort: str) -> str:
    """The order a column's head leads to: the other way round when it is in force.

    At first names go from A, and numbers from the largest.
    """
    if sort in {key, f"-{key}"}:
        return key if sort.startswith("-") else f"-{key}"
    return key if kind == "text" else f"-{key}"
