"""Lines over twelve months: this year against last year, and the sparkline of a table's row."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from app.kernel.money import format_vnd
from app.web.charts.scale import Scale, scale_for, ticks
from app.web.charts.svg import Chart, drawing, element, percent, text
from app.web.charts.words import VIETNAMESE, Words

_MONTHS = 12
_FIRST, _LAST = 8.0, 96.0
_TOP, _BOTTOM, _HEIGHT = 34, 250, 284
_ABOVE, _BELOW = 14, 26


def twelve_months(
    this_year: Sequence[int | None],
    last_year: Sequence[int | None],
    *,
    title: str,
    description: str = "",
    words: Words = VIETNAMESE,
) -> Chart:
    """Draw two years of monthly đồng as lines: this year solid and thick, last year dashed and thin.

    Each takes twelve values; None is a month without figures and breaks the line. Every point tells
    its values when pointed at. Raises ValueError unless both have twelve values.
    """
    if len(this_year) != _MONTHS or len(last_year) != _MONTHS:
        raise ValueError("a year has twelve months; use None for those without figures")
    scale = scale_for([*this_year, *last_year], top=_TOP, bottom=_BOTTOM)
    parts = [
        *_grid(scale, words),
        *_month_names(),
        *_line(last_year, scale, "line-before"),
        *_line(this_year, scale, "line-now"),
        *_points(this_year, last_year, scale, words),
        *_labels(this_year, last_year, scale, words),
    ]
    svg = drawing(
        title, description or _summary(this_year, words), *parts, class_="chart", height=_HEIGHT
    )
    return Chart(
        svg, (words.month, words.this_year, words.last_year), _rows(this_year, last_year, words)
    )


def sparkline(values: Sequence[int | None], *, title: str) -> Markup:
    """Draw the course of values without axes, to stand in a row of a table; None breaks the line.

    The title must say in words what the line shows, since nothing else in it can be read.
    """
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


def _x(month: int) -> float:
    return _FIRST + month * (_LAST - _FIRST) / (_MONTHS - 1)


def _grid(scale: Scale, words: Words) -> list[Markup]:
    lines = []
    for value in ticks(scale):
        y = scale.y(value)
        kind = "grid" if value else "axis"
        lines.append(element("line", x1=0, x2="100%", y1=y, y2=y, class_=kind))
        if value:
            lines.append(text(words.short(value), x=0, y=y - 5, class_="soft"))
    return lines


def _month_names() -> list[Markup]:
    y = _BOTTOM + 26
    return [
        text(str(month + 1), x=percent(_x(month)), y=y, class_="soft", anchor="middle")
        for month in range(_MONTHS)
    ]


def _line(values: Sequence[int | None], scale: Scale, kind: str) -> list[Markup]:
    """Draw the segments between neighbouring months that both have figures."""
    return [
        element(
            "line",
            x1=percent(_x(month)),
            y1=scale.y(start),
            x2=percent(_x(month + 1)),
            y2=scale.y(end),
            class_=kind,
        )
        for month, (start, end) in enumerate(zip(values, values[1:], strict=False))
        if start is not None and end is not None
    ]


def _points(
    this_year: Sequence[int | None], last_year: Sequence[int | None], scale: Scale, words: Words
) -> list[Markup]:
    dots = []
    for kind, own in (("dot-before", last_year), ("dot-now", this_year)):
        radius = 5 if kind == "dot-now" else 3
        for month, value in enumerate(own):
            if value is None:
                continue
            told = element("title", _told(month, this_year[month], last_year[month], words))
            place = {"cx": percent(_x(month)), "cy": scale.y(value)}
            dots.append(element("circle", told, r=radius, class_=kind, **place))
    return dots


def _told(month: int, now: int | None, before: int | None, words: Words) -> str:
    shown = [words.no_data if value is None else words.short(value) for value in (now, before)]
    return f"{words.months[month]}: {words.this_year} {shown[0]}, {words.last_year} {shown[1]}"


def _labels(
    this_year: Sequence[int | None], last_year: Sequence[int | None], scale: Scale, words: Words
) -> list[Markup]:
    """Name each line at its last point, on the side where the other line is not."""
    labels = []
    for own, other, name, kind in (
        (last_year, this_year, words.last_year, "label-before"),
        (this_year, last_year, words.this_year, "label-now"),
    ):
        months = [month for month, value in enumerate(own) if value is not None]
        if not months:
            continue
        month = months[-1]
        value, rival = own[month] or 0, other[month]
        is_above = rival is None or value > rival or (value == rival and own is this_year)
        y = scale.y(value) - _ABOVE
        if not is_above and scale.y(value) + _BELOW < _BOTTOM:
            y = scale.y(value) + _BELOW
        shown = f"{name} {words.short(value)}"
        labels.append(
            text(shown, x=percent(_x(month)), y=y, class_=f"{kind} halo", anchor=_anchor(month))
        )
    return labels


def _anchor(month: int) -> str:
    return "start" if month < _MONTHS / 3 else "end"


def _summary(values: Sequence[int | None], words: Words) -> str:
    known = [(value, -month) for month, value in enumerate(values) if value is not None]
    if not known:
        return words.no_data
    value, month = max(known)
    return words.highest.format(words.months[-month], words.short(value))


def _rows(
    this_year: Sequence[int | None], last_year: Sequence[int | None], words: Words
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (name, *("–" if value is None else format_vnd(value) for value in pair))
        for name, pair in zip(words.months, zip(this_year, last_year, strict=True), strict=True)
    )


def _pairs(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
