"""Where the name of a line stands: at its end, clear of the lines and of other words, at any width.

Charts are as wide as their column while their words keep one size, so a place is tried at the
narrowest and at the widest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from markupsafe import Markup

from app.web.charts.svg import percent, text

Segment: TypeAlias = tuple[float, float, float, float]
"""From x, y to x, y; x in per cent of the width, y in pixels, from left to right."""

WIDTHS: Final = (328, 1072)
_LETTER: Final = 10.8
"""A bold digit: a line is named by its year."""
_RISE, _DROP = 13, 2
_CLEAR: Final = 4
_BESIDE, _OVER, _UNDER = 9, -12, 24
_STEP, _STEPS = 4, 7
_WORSE: Final = 100
"""Leaving the frame or meeting a word is worse than any number of lines."""


@dataclass(frozen=True, slots=True)
class Box:
    """What a word covers, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether two words touch."""
        across = self.left < other.right + _CLEAR and other.left < self.right + _CLEAR
        return across and self.top < other.bottom + _CLEAR and other.top < self.bottom + _CLEAR

    def is_crossed(self, segment: Segment, width: int) -> bool:
        """Whether a line, or the dot at its end, runs through the word or close by."""
        x1, y1, x2, y2 = segment
        start, end = x1 * width / 100, x2 * width / 100
        left, right = max(start, self.left - _CLEAR), min(end, self.right + _CLEAR)
        if left > right:
            return False
        rise = (y2 - y1) / (end - start) if end > start else 0
        low, high = sorted(y1 + rise * (x - start) for x in (left, right))
        return low < self.bottom + _CLEAR and high > self.top - _CLEAR


@dataclass(frozen=True, slots=True)
class Spot:
    """A word with its place: x in per cent and dx in pixels, y of its base line in pixels."""

    word: str
    x: float
    y: float
    dx: int = 0
    anchor: str = "start"

    def box(self, width: int) -> Box:
        """What the word covers in a chart of that width."""
        size = len(self.word) * _LETTER
        left = self.x * width / 100 + self.dx - (size / 2 if self.anchor == "middle" else 0)
        return Box(left, self.y - _RISE, left + size, self.y + _DROP)

    def drawn(self, *, class_: str) -> Markup:
        """The word."""
        x, dx = percent(self.x), self.dx or None
        return text(self.word, x=x, y=self.y, dx=dx, class_=class_, anchor=self.anchor)


@dataclass(frozen=True, slots=True)
class Room:
    """What is drawn already: lines and words, between two heights."""

    top: float
    bottom: float
    lines: Sequence[Segment]
    words: Sequence[Spot]

    def spot(self, word: str, x: float, y: float) -> Spot:
        """The nearest free place for the name of a line that ends at x, y; else the freest."""
        reach = 100 * (len(word) * _LETTER + _BESIDE + _CLEAR) / WIDTHS[0]
        near = [line for line in self.lines if line[2] > x - reach and line[0] < x + reach]
        room = replace(self, lines=near)
        places = list(_places(word, x, y))
        free = (place for place in places if not room.hindrances(place))
        return next(free, None) or min(places, key=room.hindrances)

    def hindrances(self, spot: Spot) -> int:
        """How much stands in the way of a word there."""
        return sum(self._in_the_way(spot.box(width), width) for width in WIDTHS)

    def _in_the_way(self, box: Box, width: int) -> int:
        is_outside = box.left < 0 or box.right > width
        is_outside = is_outside or box.top < self.top or box.bottom > self.bottom
        crossing = sum(box.is_crossed(segment, width) for segment in self.lines)
        meeting = sum(box.meets(word.box(width)) for word in self.words)
        return crossing + (is_outside + meeting) * _WORSE


def _places(word: str, x: float, y: float) -> Iterable[Spot]:
    """Beside the end, over it and under it: the nearest first."""
    for step in range(_STEPS):
        away = step * _STEP
        for shift in (-away, away):
            yield Spot(word, x, y + 5 + shift, dx=_BESIDE)
        yield Spot(word, x, y + _OVER - away, anchor="middle")
        yield Spot(word, x, y + _UNDER + away, anchor="middle")
