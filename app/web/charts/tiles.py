"""The tile map: one tile a commune, placed by geography, shaded by an amount."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap

from markupsafe import Markup

from app.web.charts.scale import class_breaks, class_of
from app.web.charts.svg import Chart, element, text
from app.web.charts.words import VIETNAMESE, Words

_SIDE = 60
_CLASSES = 5
_DARK = 4
_LINE, _LONG_LINE, _MOST_LINES = 6, 9, 3
_SWATCH = 26


@dataclass(frozen=True, slots=True)
class Tile:
    """A commune on the map: column, row, short label, address, đồng or None, and full name."""

    x: int
    y: int
    label: str
    href: str
    value: int | None
    title: str

    def __post_init__(self) -> None:
        """Refuse an address that would leave the site or run a script."""
        if not self.href.startswith(("/", "?", "#")) or self.href.startswith("//"):
            raise ValueError("a tile leads to a page of this site")


def tile_map(
    tiles: Sequence[Tile], *, title: str, description: str = "", words: Words = VIETNAMESE
) -> Chart:
    """Draw the map with its legend: five shades of about equally many tiles, with round borders.

    A tile without value is hatched. Each tile is a link that says its name and amount; so the map
    is a group of links, not an img, and those who do not see it can walk through it.
    """
    breaks = class_breaks([tile.value for tile in tiles if tile.value is not None], _CLASSES)
    picture = _Map(tiles, breaks, words)
    both = element(
        "div",
        picture.legend(title),
        element("p", words.scrolls, class_="scrolls-note"),
        picture.drawn(title, description),
        class_="tile-map",
    )
    ranked = sorted(tiles, key=lambda tile: (tile.value is None, -(tile.value or 0)))
    rows = tuple((tile.title, _exact(tile, words)) for tile in ranked)
    return Chart(both, (words.place, words.amount), rows)


@dataclass(frozen=True, slots=True)
class _Map:
    """All tiles and the borders of their classes."""

    tiles: Sequence[Tile]
    breaks: Sequence[int]
    words: Words

    def drawn(self, title: str, description: str) -> Markup:
        """Draw the tiles row by row, so that the keyboard walks the map as one reads."""
        columns, rows = [tile.x for tile in self.tiles], [tile.y for tile in self.tiles]
        left, top = min(columns, default=0), min(rows, default=0)
        width = (max(columns, default=0) - left + 1) * _SIDE
        height = (max(rows, default=0) - top + 1) * _SIDE
        placed = sorted(self.tiles, key=lambda tile: (tile.y, tile.x))
        return element(
            "svg",
            element("desc", description) if description else "",
            *(
                _drawn(
                    tile,
                    (tile.x - left) * _SIDE,
                    (tile.y - top) * _SIDE,
                    shade=self._shade(tile),
                    words=self.words,
                )
                for tile in placed
            ),
            role="group",
            aria_label=title,
            class_="chart map",
            viewBox=f"0 0 {width} {height}",
        )

    def legend(self, title: str) -> Markup:
        """List the shades that occur, darkest first, with range and number of tiles."""
        counts = Counter(self._shade(tile) for tile in self.tiles)
        shades = [shade for shade in (*range(_CLASSES, 0, -1), 0) if counts[shade]]
        entries = [
            element("li", _swatch(shade), f"{self._range(shade)} ({counts[shade]})")
            for shade in shades
        ]
        return element("ul", *entries, class_="chart-legend", aria_label=title)

    def _shade(self, tile: Tile) -> int:
        """Find the shade from 1, light, to 5; 0 where there is no value."""
        return 0 if tile.value is None else class_of(tile.value, self.breaks)

    def _range(self, shade: int) -> str:
        if not shade:
            return self.words.no_data
        borders = [self.words.short(border) for border in self.breaks]
        if not borders:
            return self.words.amount
        if shade == 1:
            return self.words.below.format(borders[0])
        if shade > len(borders):
            return self.words.from_on.format(borders[-1])
        return self.words.between.format(borders[shade - 2], borders[shade - 1])


# By the value of all it depends on: a gift draws its own tile anew, and those whose shade it moves.
@lru_cache(maxsize=2048)
def _drawn(tile: Tile, x: int, y: int, *, shade: int, words: Words) -> Markup:
    value = words.no_data if tile.value is None else words.short(tile.value)
    ground = "on-dark" if shade >= _DARK else "on-light" if shade else "on-hatch"
    # The space parts the lines of a label for who hears or copies them.
    label = Markup(" ").join(_label(tile.label, x + _SIDE / 2, y + _SIDE / 2, ground=ground))
    told = element("title", f"{tile.title}: {value}")
    return element("a", told, *_square(x, y, _SIDE, shade=shade), label, href=tile.href)


def _label(label: str, x: float, y: float, *, ground: str) -> list[Markup]:
    lines = _lines(label)
    size = " is-long" if max(len(line) for line in lines) > _LINE + 1 else ""
    first = y + 5 - 9 * (len(lines) - 1)
    return [
        text(line, x=x, y=first + 18 * number, class_=f"{ground}{size}")
        for number, line in enumerate(lines)
    ]


def _lines(label: str) -> list[str]:
    """Break a label into at most three lines that fit a tile."""
    label = label.replace(" - ", " ")
    lines = wrap(label, _LINE)
    if len(lines) > _MOST_LINES:
        lines = wrap(label, _LONG_LINE)[:_MOST_LINES]
    return lines or [""]


def _hatch(x: float, y: float, side: float) -> Markup:
    """Strike slanting lines through a square: no figures, whatever the colour."""
    half = side / 2
    path = (
        f"M{x:g} {y + half:g}L{x + half:g} {y:g}"
        f"M{x:g} {y + side:g}L{x + side:g} {y:g}"
        f"M{x + half:g} {y + side:g}L{x + side:g} {y + half:g}"
    )
    return element("path", d=path, class_="hatch")


def _square(x: int, y: int, side: int, *, shade: int) -> list[Markup]:
    kind = f"tile shade-{shade or 'none'}"
    square = element("rect", x=x, y=y, width=side, height=side, class_=kind)
    return [square] if shade else [square, _hatch(x, y, side)]


def _swatch(shade: int) -> Markup:
    square = _square(0, 0, _SWATCH, shade=shade)
    return element(
        "svg", *square, aria_hidden="true", width=_SWATCH, height=_SWATCH, class_="chart-swatch"
    )


def _exact(tile: Tile, words: Words) -> str:
    return words.no_data if tile.value is None else words.exact(tile.value)
