"""From amounts to places and short words: axes, classes of a map, "18,42 tỷ"."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Units:
    """How a language writes large numbers of đồng."""

    billion: str
    million: str
    thousand: str
    decimal_mark: str
    group_mark: str


VIETNAMESE_UNITS = Units("tỷ", "triệu", "nghìn", ",", ".")
ENGLISH_UNITS = Units("billion", "million", "thousand", ".", ",")


def short_vnd(amount: int, units: Units = VIETNAMESE_UNITS) -> str:
    """Write đồng to three or four figures: 18,42 tỷ; 450 triệu; 850 nghìn; 500 đ.

    Rounds half away from zero, so never use it where the exact amount is owed to the reader.
    """
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    scales = _scales(units)
    place = _place(size)
    text = _rounded(size, scales[place][0], units)
    if place and text == f"1{units.group_mark}000":
        place, text = place - 1, "1"
    return f"{sign}{text} {scales[place][1]}"


def axis_words(values: Sequence[int], units: Units = VIETNAMESE_UNITS) -> list[str]:
    """Write the round values of an axis in the unit of the last one, which alone names it."""
    scale, unit = _scales(units)[_place(abs(values[-1]))]
    words = [("-" if value < 0 else "") + _rounded(abs(value), scale, units) for value in values]
    return [*words[:-1], f"{words[-1]} {unit}"]


@dataclass(frozen=True, slots=True)
class Scale:
    """A vertical axis: value `low` lies at `bottom`, `high` at `top`, in pixels from above."""

    low: int
    high: int
    top: float
    bottom: float

    def y(self, value: int) -> float:
        """Give the height of a value; values outside the axis lie outside the plot."""
        part = (value - self.low) / (self.high - self.low)
        return self.bottom - part * (self.bottom - self.top)


def scale_for(values: Sequence[int | None], *, top: float, bottom: float) -> Scale:
    """Build an axis that holds zero and all values, and ends on round numbers."""
    known = [value for value in values if value is not None]
    low, high = min([0, *known]), max([0, *known])
    step = _round_step(high - low)
    return Scale(
        low=low // step * step, high=max(-(-high // step), 1) * step, top=top, bottom=bottom
    )


def ticks(scale: Scale) -> list[int]:
    """List the round values at which a scale from scale_for deserves a line: two to five."""
    step = _round_step(scale.high - scale.low)
    return list(range(scale.low, scale.high + 1, step))


def class_breaks(values: Sequence[int], classes: int) -> list[int]:
    """Cut values into classes of about equal number, at round borders; fewer when they are alike.

    A border belongs to the class above it: see class_of.
    """
    ordered = sorted(values)
    borders = (
        {_two_figures(ordered[len(ordered) * part // classes]) for part in range(1, classes)}
        if ordered
        else set()
    )
    return sorted(border for border in borders if border > ordered[0])


def class_of(value: int, breaks: Sequence[int]) -> int:
    """Find the class a value falls into, counted from 1."""
    return bisect_right(breaks, value) + 1


def whole_per_cents(amounts: Sequence[int]) -> list[int]:
    """What each amount is of their sum, in whole per cents that make 100 (largest remainders).

    Amounts of zero or less have no share; all are 0 when nothing is above zero.
    """
    whole = sum(max(amount, 0) for amount in amounts)
    if not whole:
        return [0] * len(amounts)
    parts = [divmod(100 * max(amount, 0), whole) for amount in amounts]
    left = 100 - sum(part for part, _ in parts)
    by_rest = sorted(range(len(parts)), key=lambda at: -parts[at][1])
    raised = set(by_rest[:left])
    return [part + (at in raised) for at, (part, _) in enumerate(parts)]


def _scales(units: Units) -> list[tuple[int, str]]:
    """The units from the largest on, each with what it is in đồng."""
    names = (units.billion, units.million, units.thousand, "đ")
    return list(zip(_SIZES, names, strict=True))


def _place(size: int) -> int:
    """Which unit an amount is written in."""
    return next((place for place, least in enumerate(_SIZES) if size >= least), len(_SIZES) - 1)


_THOUSAND = 1000
_SIZES = (10**9, 10**6, _THOUSAND, 1)
_HUNDRED = 100


def _rounded(size: int, scale: int, units: Units) -> str:
    """Two decimals below a hundred, one below a thousand, none above."""
    decimals = 2 if size < _HUNDRED * scale else 1 if size < _THOUSAND * scale else 0
    power = 10**decimals
    whole, part = divmod((2 * size * power + scale) // (2 * scale), power)
    fraction = f"{part:0{decimals}d}".rstrip("0") if decimals else ""
    text = f"{whole:,}".replace(",", units.group_mark)
    return f"{text}{units.decimal_mark}{fraction}" if fraction else text


def _round_step(span: int) -> int:
    """Choose 1, 2 or 5 times a power of ten so that the span takes at most four steps."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * 4 >= span:
                return factor * power
        power *= 10


def _two_figures(value: int) -> int:
    power = int("1" + "0" * max(len(str(abs(value))) - 2, 0))
    return (value + power // 2) // power * power
