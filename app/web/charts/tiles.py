"""The tile map: one tile a commune, placed by geography, shaded by an amount."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.kernel.money import format_vnd
from app.web.charts.scale import class_breaks, class_of
from app.web.charts.svg import Chart, drawing, element, group, text
from app.web.charts.words import VIETNAMESE, Words

_SIDE = 60
_CLASSES = 5
_DARK = 4
_ONE_LINE = 6
_LONG_LINE = 7
_LEGEND_ROW = 34


@dataclass(frozen=True, slots=True)
class Tile:
    """A commune on the map: column and row, its short label, where it leads, đồng or None, its full name."""

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
    """Draw the map with its legend. Five shades hold about equally many tiles each, borders are round;
    a tile without value is hatched. Each tile is a link that says its name and amount.

    The map is a group of links, not an img, so that those who do not see it can walk through it.
    """
    breaks = class_breaks([tile.value for tile in tiles if tile.value is not None], _CLASSES)
    left, top = (
        min((tile.x for tile in tiles), default=0),
        min((tile.y for tile in tiles), default=0),
    )
    width = max((tile.x - left + 1 for tile in tiles), default=1) * _SIDE
    height = max((tile.y - top + 1 for tile in tiles), default=1) * _SIDE
    placed = sorted(tiles, key=lambda tile: (tile.y, tile.x))
    drawn = [_tile(tile, (tile.x - left, tile.y - top), breaks, words) for tile in placed]
    svg = element(
        "svg",
        element("desc", description) if description else "",
        *drawn,
        role="group",
        aria_label=title,
        class_="chart map",
        viewBox=f"0 0 {width} {height}",
    )
    ranked = sorted(tiles, key=lambda tile: (tile.value is None, -(tile.value or 0)))
    rows = tuple((tile.title, _exact(tile, words)) for tile in ranked)
    both = element("div", svg, _legend(tiles, breaks, title, words), class_="tile-map")
    return Chart(both, (words.place, words.amount), rows)


def _tile(tile: Tile, place: tuple[int, int], breaks: Sequence[int], words: Words) -> Markup:
    x, y = place[0] * _SIDE, place[1] * _SIDE
    told = f"{tile.title}: {_short(tile, words)}"
    shade = _shade(tile, breaks)
    square = element(
        "rect", x=x, y=y, width=_SIDE, height=_SIDE, class_=f"tile shade-{shade or 'none'}"
    )
    hatch = "" if shade else _hatch(x, y, _SIDE)
    label = _label(tile.label, x + _SIDE / 2, y + _SIDE / 2, is_dark=shade >= _DARK)
    return element(
        "a", element("title", told), square, hatch, *label, href=tile.href, aria_label=told
    )


def _shade(tile: Tile, breaks: Sequence[int]) -> int:
    """Number the shade from 1, light, to 5; 0 where there is no value."""
    return 0 if tile.value is None else class_of(tile.value, breaks)


def _label(label: str, x: float, y: float, *, is_dark: bool) -> list[Markup]:
    lines = _two_lines(label)
    ground = "on-dark" if is_dark else ""
    size = " is-long" if max(len(line) for line in lines) >= _LONG_LINE else ""
    first = y + 5 - 9 * (len(lines) - 1)
    return [
        text(line, x=x, y=first + 18 * number, class_=f"{ground}{size}".strip())
        for number, line in enumerate(lines)
    ]


def _two_lines(label: str) -> list[str]:
    """Split at the space nearest to the middle, when the label needs two lines."""
    spaces = [index for index, letter in enumerate(label) if letter == " "]
    if len(label) <= _ONE_LINE or not spaces:
        return [label]
    middle = min(spaces, key=lambda index: abs(index - len(label) / 2))
    return [label[:middle], label[middle + 1 :]]


def _hatch(x: float, y: float, side: float) -> Markup:
    """Strike slanting lines through a square: no figures, whatever the colour."""
    half = side / 2
    path = (
        f"M{x:g} {y + half:g}L{x + half:g} {y:g}"
        f"M{x:g} {y + side:g}L{x + side:g} {y:g}"
        f"M{x + half:g} {y + side:g}L{x + side:g} {y + half:g}"
    )
    return element("path", d=path, class_="hatch")


def _legend(tiles: Sequence[Tile], breaks: Sequence[int], title: str, words: Words) -> Markup:
    counts = Counter(_shade(tile, breaks) for tile in tiles)
    shades = [*range(len(breaks) + 1, 0, -1), 0]
    shown = [shade for shade in shades if counts[shade]]
    entries = [f"{_range(shade, breaks, words)} ({counts[shade]})" for shade in shown]
    rows = [
        _legend_row(row, shade, entry)
        for row, (shade, entry) in enumerate(zip(shown, entries, strict=True))
    ]
    height = max(len(shown), 1) * _LEGEND_ROW
    return drawing(title, "; ".join(entries), *rows, class_="chart chart-legend", height=height)


def _legend_row(row: int, shade: int, entry: str) -> Markup:
    y = row * _LEGEND_ROW
    square = element(
        "rect", x=1, y=y + 1, width=26, height=26, class_=f"tile shade-{shade or 'none'}"
    )
    return group([square, "" if shade else _hatch(1, y + 1, 26), text(entry, x=38, y=y + 20)])


def _range(shade: int, breaks: Sequence[int], words: Words) -> str:
    if not shade:
        return words.no_data
    borders = [words.short(border) for border in breaks]
    if not borders:
        return words.amount
    if shade == 1:
        return words.below.format(borders[0])
    if shade > len(borders):
        return words.from_on.format(borders[-1])
    return words.between.format(borders[shade - 2], borders[shade - 1])


def _short(tile: Tile, words: Words) -> str:
    return words.no_data if tile.value is None else words.short(tile.value)


def _exact(tile: Tile, words: Words) -> str:
    return words.no_data if tile.value is None else format_vnd(tile.value)
