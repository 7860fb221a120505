"""Bars: the twelve months of a branch's home page, and sources as one ordered bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import wrap

from markupsafe import Markup

from app.web.charts.scale import Scale, scale_for, whole_per_cents
from app.web.charts.svg import Chart, drawing, element, percent, text, width_of
from app.web.charts.words import VIETNAMESE, Words

_MONTHS = 12
_SLOT = 100 / _MONTHS
_GAP = 0.14
_EDGE = 2
_NARROWEST, _BAR_NARROWEST = 320, 910
"""How many pixels wide a telephone shows the months, and a small screen the ordered bar."""
_LIFT = 24
"""How far an amount may stand over its bar, to be clear of those beside it."""
_TOP, _BOTTOM, _HEIGHT = 26, 126, 156

_SHOWN_IN_BAR = 5
_LABEL_LINE, _LABEL_GAP = 17, 14
_SHADES = (5, 4, 3, 2, 1)
_LABEL_LEAD = 20
_LIST_LEAD, _LIST_BAR, _LIST_LINE = 24, 32, 22


@dataclass(frozen=True, slots=True)
class Share:
    """One source and its amount in đồng."""

    label: str
    amount: int


def bar_months(
    values: Sequence[int | None], *, title: str, description: str = "", words: Words = VIETNAMESE
) -> Chart:
    """Draw twelve months of đồng as bars; the highest and the last known one carry their amount.

    None is a month without figures and stands as a dash. Raises ValueError unless twelve are given.
    """
    if len(values) != _MONTHS:
        raise ValueError("a year has twelve months; use None for those without figures")
    months = _Months(values, scale_for(values, top=_TOP, bottom=_BOTTOM), words)
    named = months.named()
    zero = months.scale.y(0)
    parts = [
        *(months.bar(month, is_named=month in named) for month in range(_MONTHS)),
        element("line", x1=0, x2="100%", y1=zero, y2=zero, class_="axis"),
        *(months.amount(month) for month in named),
        *(_month_name(month) for month in range(_MONTHS)),
    ]
    told = description or "; ".join(months.told(month) for month in named)
    svg = drawing(title, told, *parts, class_="chart", height=_HEIGHT)
    rows = tuple(
        (name, words.exact(value)) for name, value in zip(words.months, values, strict=True)
    )
    return Chart(svg, (words.month, words.amount), rows)


def ordered_bar(
    shares: Sequence[Share], *, title: str, description: str = "", words: Words = VIETNAMESE
) -> Chart:
    """Draw shares of one total, largest first, as one bar with its labels outside.

    For a narrow screen a list of bars comes with it; the stylesheet shows one of the two. Beyond
    five the smallest stand together in the bar, never in the list or the table. Amounts of zero or
    less are listed but take no room.
    """
    ordered = sorted(shares, key=lambda share: -share.amount)
    amounts = [share.amount for share in ordered]
    parts = whole_per_cents(amounts)
    told = description or "; ".join(
        f"{share.label} {words.short(share.amount)}, {words.share_of(part, share.amount)}"
        for share, part in zip(ordered, parts, strict=True)
    )
    bar, bar_height = _bar(*_folded(ordered, parts, words), words)
    wide = drawing(title, told, *bar, class_="chart share-bar", height=bar_height)
    listed, height = _list(ordered, parts, words)
    narrow = drawing(title, told, *listed, class_="chart share-list", height=max(height, 1))
    rows = tuple(
        (share.label, words.exact(share.amount), words.share_of(part, share.amount))
        for share, part in zip(ordered, parts, strict=True)
    )
    return Chart(wide + narrow, (words.source, words.amount, words.share), rows)


@dataclass(frozen=True, slots=True)
class _Months:
    """Twelve values on their axis."""

    values: Sequence[int | None]
    scale: Scale
    words: Words

    def named(self) -> list[int]:
        """Pick the months whose amount is written: the highest, and the last if there is room."""
        known = [month for month, value in enumerate(self.values) if value is not None]
        if not known:
            return []
        highest, last = max(known, key=lambda month: self.values[month] or 0), known[-1]
        is_clear = self._covered(last).isdisjoint(self._covered(highest))
        has_room = self._top(last) - self._clear_of(last) <= _LIFT
        return [highest, last] if is_clear and has_room else [highest]

    def bar(self, month: int, *, is_named: bool) -> Markup:
        """Draw one month; without figures it is a dash."""
        value, zero = self.values[month], self.scale.y(0)
        if value is None:
            middle = percent(_SLOT * (month + 0.5))
            return text("–", x=middle, y=zero - 6, class_="soft", anchor="middle")
        return element(
            "rect",
            element("title", self.told(month)),
            x=percent(_SLOT * (month + _GAP)),
            width=percent(_SLOT * (1 - 2 * _GAP)),
            y=min(self.scale.y(value), zero),
            height=abs(self.scale.y(value) - zero),
            class_="bar is-first" if is_named else "bar",
        )

    def amount(self, month: int) -> Markup:
        """Write the amount over its bar, turned inwards where the edge is near."""
        anchor = _anchor(month)
        inside = {"start": _GAP, "middle": 0.5, "end": 1 - _GAP}[anchor]
        x, y = percent(_SLOT * (month + inside)), self._clear_of(month) - 7
        return text(self._short(month), x=x, y=y, class_="strong", anchor=anchor)

    def told(self, month: int) -> str:
        """Say a month and its amount."""
        value = self.values[month]
        shown = self.words.no_data if value is None else self.words.short(value)
        return f"{self.words.months[month]}: {shown}"

    def _short(self, month: int) -> str:
        return self.words.short(self.values[month] or 0)

    def _top(self, month: int) -> float:
        """The upper edge of a month's bar."""
        return min(self.scale.y(self.values[month] or 0), self.scale.y(0))

    def _clear_of(self, month: int) -> float:
        """The upper edge of all bars that the month's amount stands over on a telephone."""
        return min(self._top(covered) for covered in self._covered(month))

    def _covered(self, month: int) -> set[int]:
        """The months that the month's amount stands over on a telephone."""
        slots = ceil(width_of(self._short(month)) * _MONTHS / _NARROWEST)
        before = {"start": 0, "middle": slots // 2, "end": slots - 1}[_anchor(month)]
        after = slots // 2 if _anchor(month) == "middle" else slots - 1 - before
        return set(range(max(month - before, 0), min(month + after + 1, _MONTHS)))


def _anchor(month: int) -> str:
    """Which side of an amount lies at its bar: turned inwards where the edge is near."""
    if month < _EDGE:
        return "start"
    return "end" if month >= _MONTHS - _EDGE else "middle"


def _month_name(month: int) -> Markup:
    x = percent(_SLOT * (month + 0.5))
    return text(str(month + 1), x=x, y=_BOTTOM + 24, class_="soft", anchor="middle")


def _folded(
    ordered: Sequence[Share], parts: Sequence[int], words: Words
) -> tuple[list[Share], list[int]]:
    """Put the smallest together when there are more than the bar can name."""
    positive = [share for share in ordered if share.amount > 0]
    if len(positive) <= _SHOWN_IN_BAR:
        return positive, list(parts[: len(positive)])
    rest = positive[_SHOWN_IN_BAR - 1 :]
    remaining = Share(words.remaining.format(len(rest)), sum(share.amount for share in rest))
    first = list(parts[: _SHOWN_IN_BAR - 1])
    return [*positive[: _SHOWN_IN_BAR - 1], remaining], [*first, 100 - sum(first)]


def _bar(
    shares: Sequence[Share], per_cents: Sequence[int], words: Words
) -> tuple[list[Markup], int]:
    """Draw the segments and their labels; answers with the height as well."""
    parts, starts, start = [], [], 0.0
    total = sum(share.amount for share in shares)
    for share, shade in zip(shares, _SHADES, strict=False):
        width = 100 * share.amount / total
        told = element("title", f"{share.label}: {words.short(share.amount)}")
        segment = element(
            "rect",
            told,
            x=percent(start),
            width=percent(width),
            y=0,
            height=48,
            class_=f"segment shade-{shade}",
        )
        parts.append(segment)
        starts.append(start)
        start += width
    labels = [_label(share, part, words) for share, part in zip(shares, per_cents, strict=True)]
    for begin, x, lines in zip(starts, _label_places(starts, labels), labels, strict=True):
        *name, amount = lines
        parts.append(
            element("line", x1=percent(begin), y1=48, x2=percent(x), y2=78, class_="leader")
        )
        parts += [
            text(line, x=percent(x), y=100 + _LABEL_LEAD * at, class_="strong")
            for at, line in enumerate(name)
        ]
        parts.append(text(amount, x=percent(x), y=104 + _LABEL_LEAD * len(name)))
    return parts, 122 + _LABEL_LEAD * max(map(len, labels), default=1) - _LABEL_LEAD


def _label(share: Share, part: int, words: Words) -> list[str]:
    """The lines of a label: the source's name, broken where it is long, and the amount."""
    amount = f"{words.short(share.amount)} · {words.share_of(part, share.amount)}"
    return [*(wrap(share.label, _LABEL_LINE) or [""]), amount]


def _label_places(starts: Sequence[float], labels: Sequence[Sequence[str]]) -> list[float]:
    """Put each label under the start of its segment, moved only as far as its neighbours need."""
    widths = [100 * (max(map(width_of, lines)) + _LABEL_GAP) / _BAR_NARROWEST for lines in labels]
    places, free = [], 0.0
    for start, width in zip(starts, widths, strict=True):
        places.append(max(start, free))
        free = places[-1] + width
    limit = 100.0
    for index in range(len(places) - 1, -1, -1):
        places[index] = max(min(places[index], limit - widths[index]), 0)
        limit = places[index]
    return places


def _list(
    ordered: Sequence[Share], per_cents: Sequence[int], words: Words
) -> tuple[list[Markup], int]:
    """Draw one bar under the other with its words above; answers with the height as well."""
    parts, y = [], 0
    total = sum(max(share.amount, 0) for share in ordered)
    for share, part in zip(ordered, per_cents, strict=True):
        width = 100 * max(share.amount, 0) / total if total else 0
        lines = wrap(share.label, _LIST_LINE) or [""]
        for line in lines:
            y += _LIST_LEAD
            parts.append(text(line, x=0, y=y - 6))
        amount = f"{words.short(share.amount)} · {words.share_of(part, share.amount)}"
        parts += [
            text(amount, x="100%", y=y - 6, anchor="end"),
            element("rect", x=0, y=y + 2, width="100%", height=14, class_="track"),
            element("rect", x=0, y=y + 2, width=percent(width), height=14, class_="bar is-first"),
        ]
        y += _LIST_BAR
    return parts, y
