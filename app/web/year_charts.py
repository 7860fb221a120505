"""A branch's year as charts, tables and short amounts in the reader's language.

The numbers are those of app.rollups.overview; nothing is looked up here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from flask import Blueprint
from flask_babel import get_locale

from app.kernel.clock import local
from app.kernel.days import format_day
from app.kernel.errors import marked
from app.rollups.overview import BranchYear, Sums
from app.web.charts import (
    Chart,
    Share,
    Tile,
    Words,
    bar_months,
    ordered_bar,
    tile_map,
    twelve_months,
    words_for,
)
from app.web.labels import label
from app.web.wording import gettext

THOUSAND = 1000
MONTHS: Final = (
    marked("tháng 1"),
    marked("tháng 2"),
    marked("tháng 3"),
    marked("tháng 4"),
    marked("tháng 5"),
    marked("tháng 6"),
    marked("tháng 7"),
    marked("tháng 8"),
    marked("tháng 9"),
    marked("tháng 10"),
    marked("tháng 11"),
    marked("tháng 12"),
)
PREFIXES = ("Phường ", "Xã ", "Quận ", "Huyện ", "Thị xã ")


def install(blueprint: Blueprint) -> None:
    """Let the templates of an audience write these figures."""
    for written in (brief, spoken, counted, per_cent, exactly_at, month_name):
        blueprint.add_app_template_filter(written)


def words() -> Words:
    """The words of charts in the reader's language."""
    return words_for(str(get_locale()))


def spoken(amount: int) -> str:
    """An amount as one says it: 18,42 tỷ đồng; 500 đ."""
    short = words().short(amount)
    return gettext("%(amount)s đồng", amount=short) if abs(amount) >= THOUSAND else short


def brief(amount: int) -> str:
    """An amount as a figure: 18,42 tỷ; 500 đ."""
    return unbroken(words().short(amount))


def counted(number: int) -> str:
    """A number of gifts or branches with its thousands apart."""
    return f"{number:,}".replace(",", words().units.group_mark)


def unbroken(figure: str) -> str:
    """A figure that stays on one line with its unit."""
    return figure.replace(" ", "\N{NO-BREAK SPACE}")


def month_name(number: int) -> str:
    """A month, 1 to 12, as it stands inside a sentence: tháng 11; November."""
    return gettext(MONTHS[number - 1])


def per_cent(number: int) -> str:
    """A whole per cent that stays on one line: 5 %; in English 5%."""
    return unbroken(words().in_per_cent(number))


def exactly_at(instant: datetime) -> str:
    """An instant to the second on Hà Nội's clock: 14:03:20, 24/11/2026."""
    there = local(instant)
    return f"{there:%H:%M:%S}, {format_day(there.date())}"


def has_before(year: BranchYear) -> bool:
    """Whether anything is known of the year before."""
    return any(amount is not None for amount in year.months_before)


def two_years(year: BranchYear, number: int) -> Chart:
    """Twelve months against the year before; as bars when nothing is known of that one."""
    if not has_before(year):
        return one_year(year)
    named = replace(words(), this_year=str(number), last_year=str(number - 1))
    return twelve_months(
        year.months, year.months_before, title=gettext("Mười hai tháng"), words=named
    )


def months_note(year: BranchYear, number: int) -> str:
    """What the chart of that year's months compares, and what it counts."""
    if not has_before(year):
        return gettext("Từng tháng của năm %(year)s, kể cả hiện vật quy ra tiền.", year=str(number))
    return gettext(
        "Từng tháng của năm %(year)s so với năm %(before)s, kể cả hiện vật quy ra tiền.",
        year=str(number),
        before=str(number - 1),
    )


def one_year(year: BranchYear) -> Chart:
    """Twelve months as bars."""
    return bar_months(year.months, title=gettext("Mười hai tháng"), words=words())


def best_month(year: BranchYear) -> str:
    """The message of a chart of months."""
    amount, month = max((amount or 0, -number) for number, amount in enumerate(year.months, 1))
    if amount <= 0:
        return gettext("Chưa có tháng nào có khoản ủng hộ")
    return gettext(
        "Cao nhất là %(month)s: %(amount)s", month=month_name(-month), amount=spoken(amount)
    )


def by_source(sources: Mapping[str, Sums]) -> Chart:
    """Sources as one ordered bar."""
    shares = [Share(label(source), sums.amount) for source, sums in sources.items()]
    return ordered_bar(shares, title=gettext("Theo nguồn"), words=words())


def best_source(sources: Mapping[str, Sums]) -> str:
    """The message of a chart of sources."""
    shares = words().shares([sums.amount for sums in sources.values()])
    source, _, share = max(
        zip(sources, sources.values(), shares, strict=True), key=lambda each: each[1].amount
    )
    return gettext(
        "Nhiều nhất từ nguồn %(source)s: %(share)s tổng số",
        source=label(source).lower(),
        share=share,
    )


class PlaceOnMap(Protocol):
    """A branch as far as the map draws it: what it is called, and where it lies."""

    @property
    def slug(self) -> str:
        """Names it in addresses."""

    @property
    def short_name(self) -> str:
        """What it is called."""

    @property
    def population(self) -> int | None:
        """How many live there, if that is known."""

    @property
    def tile_x(self) -> int | None:
        """Its column."""

    @property
    def tile_y(self) -> int | None:
        """Its row."""


class OnMap(Protocol):
    """What a branch on the map brought."""

    @property
    def branch(self) -> PlaceOnMap:
        """Who it is."""

    @property
    def total(self) -> Sums:
        """What its tree brought."""


def is_per_head(lower: Sequence[OnMap]) -> bool:
    """Whether branches can be compared by inhabitant: only when the number of all is known."""
    return bool(lower) and all(row.branch.population for row in lower)


def map_of(lower: Sequence[OnMap], link: Callable[[PlaceOnMap], str]) -> Chart | None:
    """The tile map of the lower branches that have a place on it; None when too few have."""
    placed = [row for row in lower if row.branch.tile_x is not None]
    if len(placed) < len(lower) / 2 or not placed:
        return None
    per_head = is_per_head(lower)
    tiles = [
        Tile(
            x=row.branch.tile_x or 0,
            y=row.branch.tile_y or 0,
            label=plain_name(row.branch),
            href=link(row.branch),
            value=_shown(row, per_head=per_head),
            title=row.branch.short_name,
        )
        for row in placed
    ]
    return tile_map(tiles, title=gettext("Bản đồ ô các đơn vị"), words=words())


def best_places(lower: Sequence[OnMap]) -> str:
    """The message of the map: the three that brought most."""
    per_head = is_per_head(lower)
    ranked = sorted(lower, key=lambda row: -(_shown(row, per_head=per_head) or 0))[:3]
    names = ", ".join(plain_name(row.branch) for row in ranked if row.total.amount > 0)
    if not names:
        return gettext("Chưa có đơn vị nào có khoản ủng hộ")
    if per_head:
        return gettext("Nhiều nhất tính trên đầu người: %(names)s", names=names)
    return gettext("Nhiều nhất: %(names)s", names=names)


def plain_name(branch: PlaceOnMap) -> str:
    """A commune's name without its rank, as it stands on a map."""
    name = branch.short_name
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _shown(row: OnMap, *, per_head: bool) -> int | None:
    if row.total.gift_count <= 0 and row.total.amount <= 0:
        return None
    return row.total.amount // (row.branch.population or 1) if per_head else row.total.amount
