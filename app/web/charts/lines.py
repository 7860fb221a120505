"""Lines over twelve months: this year against last year, and the sparkline of a table's row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from markupsafe import Markup

from app.web.charts.names import Room, Segment, Spot
from app.web.charts.scale import Scale, scale_for, ticks
from app.web.charts.svg import Chart, drawing, element, percent, text
from app.web.charts.words import VIETNAMESE, Words

_MONTHS = 12
# The names of the lines stand to the right of December.
_FIRST, _LAST = 11.0, 84.0
_TOP, _BOTTOM, _HEIGHT = 48, 264, 298
_LIFT = 10
"""How far the unit stands over the highest line of the grid: clear of a dot on it."""


def twelve_months(
    this_year: Sequence[int | None],
    last_year: Sequence[int | None],
    *,
    title: str,
    description: str = "",
    words: Words = VIETNAMESE,
) -> Chart:
    """Draw two years of monthly đồng: this year solid and thick, last year dashed and thin.

    Each takes twelve values; None is a month without figures and breaks the line. Every point tells
    its values when pointed at. Raises ValueError unless both have twelve values.
    """
    if len(this_year) != _MONTHS or len(last_year) != _MONTHS:
        raise ValueError("a year has twelve months; use None for those without figures")
    scale = scale_for([*this_year, *last_year], top=_TOP, bottom=_BOTTOM)
    years = _Years(this_year, last_year, scale, words)
    parts = [
        *_grid(scale, words),
        *_month_names(),
        *_line(last_year, scale, "line-before"),
        *_line(this_year, scale, "line-now"),
        *years.points(),
        *years.labels(),
    ]
    svg = drawing(title, description or years.told(), *parts, class_="chart", height=_HEIGHT)
    return Chart(svg, (words.month, words.this_year, words.last_year), years.rows())


def sparkline(values: Sequence[int | None], *, title: str) -> Markup:
    """Draw the course of values without axes, to stand in a row of a table; None breaks the line.

    The title must say in words what the line shows, since nothing else in it can be read.
    """
    return _spark(tuple(values), title)


# A report has a line for each of 126 branches, and a gift changes one of them.
@lru_cache(maxsize=2048)
def _spark(values: tuple[int | None, ...], title: str) -> Markup:
    scale = scale_for(values, top=3, bottom=25)
    width = 120 / max(len(values), 1)
    places = [(index * width + width / 2, value) for index, value in enumerate(values)]
    known = [(x, scale.y(value)) for x, value in places if value is not None]
    parts = [
        element(
            "polyline",
            points=_pairs([(x, scale.y(v)) for x, v in run if v is not None]),
            class_="line-now",
        )
        for has_value, run in groupby(places, key=lambda place: place[1] is not None)
        if has_value
    ]
    ends = [element("circle", cx=x, cy=y, r=3, class_="dot-now") for x, y in known[-1:]]
    return drawing(title, "", *parts, *ends, class_="chart sparkline", viewBox="0 0 120 28")


@dataclass(frozen=True, slots=True)
class _Years:
    """Two years on one axis."""

    this_year: Sequence[int | None]
    last_year: Sequence[int | None]
    scale: Scale
    words: Words

    def points(self) -> list[Markup]:
        """Draw the dots; each tells both years when pointed at."""
        kinds = (("dot-before", 3, self.last_year), ("dot-now", 5, self.this_year))
        return [
            self._dot(month, value, radius, class_=kind)
            for kind, radius, own in kinds
            for month, value in enumerate(own)
            if value is not None
        ]

    def labels(self) -> list[Markup]:
        """Name each line at its end."""
        lines = [*_segments(self.this_year, self.scale), *_segments(self.last_year, self.scale)]
        words = [unit for unit, _ in _heights(self.scale, self.words)[-1:]]
        ends = (
            (self.this_year, self.words.this_year, "label-now halo"),
            (self.last_year, self.words.last_year, "label-before halo"),
        )
        drawn = []
        for values, name, kind in ends:
            room = Room(0, _BOTTOM - 2, lines, words)
            for x, y in list(_points(values, self.scale))[-1:]:
                words.append(room.spot(name, x, y))
                drawn.append(words[-1].drawn(class_=kind))
        return drawn

    def told(self) -> str:
        """Say the highest month of this year."""
        known = [(value, -at) for at, value in enumerate(self.this_year) if value is not None]
        if not known:
            return self.words.no_data
        value, at = max(known)
        return self.words.highest.format(self.words.months[-at], self.words.short(value))

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """List both years for the table."""
        return tuple(
            (name, self.words.exact(now), self.words.exact(before))
            for name, now, before in zip(
                self.words.months, self.this_year, self.last_year, strict=True
            )
        )

    def _dot(self, month: int, value: int, radius: int, *, class_: str) -> Markup:
        now, before = self._short(self.this_year[month]), self._short(self.last_year[month])
        words = self.words
        told = f"{words.months[month]}: {words.this_year} {now}, {words.last_year} {before}"
        x, y = percent(_x(month)), self.scale.y(value)
        return element("circle", element("title", told), cx=x, cy=y, r=radius, class_=class_)

    def _short(self, value: int | None) -> str:
        return self.words.no_data if value is None else self.words.short(value)


def _x(month: int) -> float:
    return _FIRST + month * (_LAST - _FIRST) / (_MONTHS - 1)


def _grid(scale: Scale, words: Words) -> list[Markup]:
    lines = []
    for named, value in _heights(scale, words):
        y = scale.y(value)
        kind = "grid" if value else "axis"
        lines.append(element("line", x1=0, x2="100%", y1=y, y2=y, class_=kind))
        if value:
            lines.append(named.drawn(class_="soft"))
    return lines


def _heights(scale: Scale, words: Words) -> list[tuple[Spot, int]]:
    """The round values of the axis, lowest first, each written over its line."""
    values = ticks(scale)
    lifts = [_LIFT if value == scale.high else _LIFT // 2 for value in values]
    named = zip(values, words.axis(values), lifts, strict=True)
    return [(Spot(name, 0, scale.y(value) - lift), value) for value, name, lift in named]


def _month_names() -> list[Markup]:
    y = _BOTTOM + 26
    return [
        text(str(month + 1), x=percent(_x(month)), y=y, class_="soft", anchor="middle")
        for month in range(_MONTHS)
    ]


def _line(values: Sequence[int | None], scale: Scale, kind: str) -> list[Markup]:
    """Draw the segments between neighbouring months that both have figures."""
    return [
        element("line", x1=percent(x1), y1=y1, x2=percent(x2), y2=y2, class_=kind)
        for x1, y1, x2, y2 in _segments(values, scale)
        if x1 < x2
    ]


def _segments(values: Sequence[int | None], scale: Scale) -> Iterator[Segment]:
    """The dots of a line, and what joins neighbouring ones."""
    for x, y in _points(values, scale):
        yield x, y, x, y
    for month, (start, end) in enumerate(pairwise(values)):
        if start is not None and end is not None:
            yield _x(month), scale.y(start), _x(month + 1), scale.y(end)


def _points(values: Sequence[int | None], scale: Scale) -> Iterator[tuple[float, float]]:
    """Where the months that have figures stand."""
    for month, value in enumerate(values):
        if value is not None:
            yield _x(month), scale.y(value)


def _pairs(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
