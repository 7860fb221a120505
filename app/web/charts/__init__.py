"""Charts drawn as accessible SVG on the server: no Flask, no script, no style attribute.

Each answers with a Chart: the drawing, and the rows of the table that stands behind it.
Words in a drawing keep their size at any width, since x runs in percent and y in pixels.
"""

from app.web.charts.bars import Share, bar_months, ordered_bar
from app.web.charts.lines import sparkline, twelve_months
from app.web.charts.scale import short_vnd
from app.web.charts.svg import Chart
from app.web.charts.tiles import Tile, tile_map
from app.web.charts.words import ENGLISH, VIETNAMESE, Words, words_for

__all__ = [
    "ENGLISH",
    "VIETNAMESE",
    "Chart",
    "Share",
    "Tile",
    "Words",
    "bar_months",
    "ordered_bar",
    "short_vnd",
    "sparkline",
    "tile_map",
    "twelve_months",
    "words_for",
]
