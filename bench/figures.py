"""Figures: what was measured, the bar it has to reach, and how both are told."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Bar(StrEnum):
    """On which side of its bar a figure has to be."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table; `parts` are the rates and times that the value was made of."""

    goal: str
    what: str
    value: float
    unit: str
    side: Bar
    bar: float
    parts: dict[str, float | str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the value is on the right side of the bar."""
        return self.value >= self.bar if self.side is Bar.AT_LEAST else self.value <= self.bar

    def as_json(self) -> dict[str, object]:
        """The figure for var/bench.json."""
        return {**asdict(self), "side": self.side.value, "holds": self.holds}


def table(figures: Iterable[Figure]) -> str:
    """Figures one below the other, each with its parts underneath."""
    lines = []
    for figure in figures:
        mark = "ok  " if figure.holds else "MISS"
        value = f"{number(figure.value)} {figure.unit}".strip()
        bar = f"{figure.side} {number(figure.bar)}"
        lines.append(f"{figure.goal:<4} {mark} {value:>12}  {bar:>8}   {figure.what}")
        parts = ", ".join(f"{name} {told(part)}" for name, part in figure.parts.items())
        if parts:
            lines.append(f"{'':35}{parts}")
    return "\n".join(lines)


def number(value: float) -> str:
    """Three significant digits, or whole when that is shorter."""
    if value == int(value) or abs(value) >= 100:  # noqa: PLR2004 (three digits)
        return f"{value:,.0f}"
    return f"{value:.3g}"


def told(part: float | str) -> str:
    """A part as the table shows it."""
    return part if isinstance(part, str) else number(part)


def median(values: Sequence[float]) -> float:
    """The middle of several measurements."""
    return statistics.median(values)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` of a hundred do not exceed (nearest rank).

    Raises ValueError when there are no values: nothing was measured.
    """
    if not values:
        raise ValueError("no values")
    rank = -(-len(values) * percent // 100)
    return sorted(values)[max(rank, 1) - 1]
