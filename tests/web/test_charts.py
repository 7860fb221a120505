"""Charts: well-formed, named, escaped, inside their frame, and backed by the table behind them."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from app.web.charts import (
    ENGLISH,
    Chart,
    Share,
    Tile,
    bar_months,
    ordered_bar,
    short_vnd,
    sparkline,
    tile_map,
    twelve_months,
    words_for,
)
from app.web.charts.scale import (
    ENGLISH_UNITS,
    class_breaks,
    class_of,
    scale_for,
    ticks,
    whole_per_cents,
)

HOSTILE = "<script>alert(1)</script>\"' onload='x' & ]]>"
NOTHING: list[int | None] = [None] * 12


def parsed(markup: Markup) -> ET.Element:
    """Read markup as XML, which refuses an unescaped text and an open element."""
    return ET.fromstring(f"<div>{markup}</div>")  # noqa: S314 - our own markup


def a_tile(**given: object) -> Tile:
    """Make a tile of Ba Đình; say only what the test is about."""
    plain = {
        "x": 0,
        "y": 0,
        "label": "Ba Đình",
        "href": "/b/ba-dinh/",
        "value": 1000,
        "title": "Ba",
    }
    return Tile(**plain | given)  # type: ignore[arg-type]


def every_chart(text: str, amounts: Sequence[int | None]) -> list[Chart]:
    """Draw all kinds of chart with a text in every place that takes one."""
    return [
        twelve_months(amounts, amounts[::-1], title=text, description=text),
        bar_months(amounts, title=text, description=text),
        ordered_bar([Share(text, amount or 0) for amount in amounts], title=text),
        tile_map(
            [a_tile(x=x, label=text, title=text, value=v) for x, v in enumerate(amounts)],
            title=text,
            description=text,
        ),
        Chart(sparkline(amounts, title=text), (), ()),
    ]


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0 đ"),
        (500, "500 đ"),
        (999, "999 đ"),
        (1_000, "1 nghìn"),
        (12_500, "12,5 nghìn"),
        (850_000, "850 nghìn"),
        (999_999, "1 triệu"),
        (4_350_000, "4,35 triệu"),
        (450_000_000, "450 triệu"),
        (450_349_999, "450,3 triệu"),
        (999_999_999, "1 tỷ"),
        (18_420_000_000, "18,42 tỷ"),
        (18_425_000_000, "18,43 tỷ"),
        (107_250_000_000, "107,3 tỷ"),
        (1_234_000_000_000, "1.234 tỷ"),
        (-450_000_000, "-450 triệu"),
    ],
)
def test_short_amount_reads_as_the_association_writes_it(amount: int, written: str) -> None:
    assert short_vnd(amount) == written


def test_short_amount_follows_the_readers_language() -> None:
    assert short_vnd(18_420_000_000, ENGLISH_UNITS) == "18.42 billion"
    assert words_for("en_GB") is ENGLISH
    assert words_for("vi").short(450_000) == "450 nghìn"


def test_exact_amounts_and_per_cents_follow_the_readers_language() -> None:
    chart = ordered_bar([Share("A", 2_500_000), Share("B", 7_500_000)], title="", words=ENGLISH)

    assert chart.rows == (("B", "7,500,000 đ", "75%"), ("A", "2,500,000 đ", "25%"))
    assert words_for("vi").exact(2_500_000) == "2.500.000 đ"
    assert words_for("vi").in_per_cent(3_643) == "3.643 %"
    assert ENGLISH.in_per_cent(3_643) == "3,643%"


@pytest.mark.parametrize(
    ("amounts", "parts"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([407, 108, 90, 87, 80, 66, 47, 46, 35, 21, 10, 3], [41, 11, 9, 9, 8, 7, 5, 4, 3, 2, 1, 0]),
        ([5, 0, -3], [100, 0, 0]),
        ([0, 0], [0, 0]),
        ([], []),
    ],
)
def test_shares_are_whole_and_make_a_hundred(amounts: list[int], parts: list[int]) -> None:
    assert whole_per_cents(amounts) == parts
    assert sum(parts) in {0, 100}


def test_hostile_text_stays_text_in_every_chart() -> None:
    for chart in every_chart(HOSTILE, [5, None, 0, -3, 9, 1, 2, 3, 4, 5, 6, 7]):
        root = parsed(chart.svg)

        names = {node.tag for node in root.iter()}
        assert "script" not in names
        assert any(HOSTILE in (node.text or "") for node in root.iter())
        assert not [key for node in root.iter() for key in node.attrib if key.startswith("on")]


def test_drawings_carry_no_style_and_no_id_so_that_the_policy_lets_them_be() -> None:
    for chart in every_chart("Quỹ", [5, None, 0, -3, 9, 1, 2, 3, 4, 5, 6, 7]):
        for node in parsed(chart.svg).iter():
            assert node.tag not in {"style", "script", "image", "foreignObject", "use"}
            assert not {"style", "id"} & set(node.attrib)


def test_each_picture_has_a_name_and_a_description() -> None:
    for chart in every_chart("Mười hai tháng", [5, None, 0, -3, 9, 1, 2, 3, 4, 5, 6, 7]):
        pictures = [
            node for node in parsed(chart.svg).iter("svg") if "aria-hidden" not in node.attrib
        ]

        assert pictures
        for picture in pictures:
            assert picture.get("role") in {"img", "group"}
            assert picture.get("aria-label") == "Mười hai tháng"


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_drawn_outside_the_frame(seed: int) -> None:
    chance = random.Random(seed)
    amounts = [chance.choice([None, 0, chance.randint(-(10**9), 10**12)]) for _ in range(12)]

    for chart in every_chart("Quỹ", amounts):
        for place in re.findall(r'(?:x|x1|x2|cx|width)="([-\d.]+)%"', chart.svg):
            assert 0 <= float(place) <= 100, (seed, place)
        for length in re.findall(r' (?:width|height|r)="(-?[\d.]+)"', chart.svg):
            assert float(length) >= 0, (seed, length)


def test_two_years_are_told_apart_by_more_than_colour() -> None:
    chart = twelve_months([3] * 10 + [None, None], [2] * 12, title="Năm")
    labels = {node.get("class"): node.text for node in parsed(chart.svg).iter("text")}

    assert labels["label-now halo"] == "Năm nay"
    assert labels["label-before halo"] == "Năm trước"
    assert chart.svg.count('class="line-now"') == 9
    assert chart.svg.count('class="line-before"') == 11


def test_a_month_without_figures_breaks_the_line_and_is_a_dash_in_the_table() -> None:
    chart = twelve_months([1_500_000, None, 2_000_000, *NOTHING[3:]], NOTHING, title="Năm")

    assert 'class="line-now"' not in chart.svg
    assert chart.svg.count('class="dot-now"') == 2
    assert chart.columns == ("Tháng", "Năm nay", "Năm trước")
    assert chart.rows[0] == ("Tháng 1", "1.500.000 đ", "–")
    assert chart.rows[1] == ("Tháng 2", "–", "–")


@pytest.mark.parametrize("months", [0, 11, 13])
def test_a_year_that_is_not_twelve_months_is_refused(months: int) -> None:
    with pytest.raises(ValueError):
        twelve_months([1] * months, [1] * 12, title="Năm")
    with pytest.raises(ValueError):
        bar_months([1] * months, title="Năm")


def test_years_without_any_figure_are_drawn_empty() -> None:
    assert "chưa có số liệu" in twelve_months(NOTHING, NOTHING, title="Năm").svg
    assert bar_months(NOTHING, title="Năm").rows[11] == ("Tháng 12", "–")
    assert ordered_bar([], title="Nguồn").rows == ()
    assert tile_map([], title="Bản đồ").rows == ()


def test_sources_stand_largest_first_and_the_small_ones_together() -> None:
    amounts = {"Hộ": 500, "Dòng họ": 50, "Công ty": 300, "Trường": 100, "Kiều bào": 30, "Lãi": 20}
    chart = ordered_bar([Share(*entry) for entry in amounts.items()], title="Nguồn")

    assert [row[0] for row in chart.rows] == [
        "Hộ",
        "Công ty",
        "Trường",
        "Dòng họ",
        "Kiều bào",
        "Lãi",
    ]
    assert [row[2] for row in chart.rows] == ["50 %", "30 %", "10 %", "5 %", "3 %", "2 %"]
    assert chart.svg.count('class="segment') == 5
    assert "Còn lại (2 nguồn)" in chart.svg


def test_labels_of_sources_stand_apart_and_inside_the_frame() -> None:
    names = ["Household", "Enterprise", "Compatriots abroad", "Family clan", "Tổ chức, tôn giáo"]
    amounts = [5_234_000_000, 230_000_000, 90_300_000, 61_100_000, 42_500_000]
    shares = [Share(*each) for each in zip(names, amounts, strict=True)]
    drawn = parsed(ordered_bar(shares, title="Nguồn", words=ENGLISH).svg).findall("svg")[0]
    columns: dict[float, int] = {}
    for node in drawn.iter("text"):
        left = float(node.attrib["x"].removesuffix("%"))
        columns[left] = max(columns.get(left, 0), len(node.text or ""))

    # On a small screen the bar is 910 px wide, and a letter takes 9 px.
    ends = [left + 100 * 9 * letters / 910 for left, letters in sorted(columns.items())]
    assert len(columns) == 5
    assert all(end < left for end, left in zip(ends, sorted(columns)[1:], strict=False))
    assert ends[-1] <= 100


def test_an_amount_that_would_stand_on_a_neighbours_bar_is_left_to_the_table() -> None:
    high, low = 900_000_000, 100_000_000

    beside = bar_months([high, high - 1, *[0] * 4, *[high - 2] * 4, low, None], title="Năm")
    alone = bar_months([high, high - 1, *[0] * 8, low, None], title="Năm")

    written = [
        [node.text for node in parsed(chart.svg).iter("text") if node.get("class") == "strong"]
        for chart in (beside, alone)
    ]
    assert written == [["900 triệu"], ["900 triệu", "100 triệu"]]


def test_an_axis_names_its_unit_once() -> None:
    chart = twelve_months([1_500_000_000, *[0] * 11], NOTHING, title="Năm")
    written = [node.text for node in parsed(chart.svg).iter("text")]

    assert written[:3] == ["0,5", "1", "1,5 tỷ"]


@pytest.mark.parametrize("width", [328, 1072])
def test_each_year_is_named_at_the_end_of_its_line(width: int) -> None:
    chance = random.Random(3)
    words = replace(words_for("vi"), this_year="2026", last_year="2025")
    for _ in range(300):
        known, since = chance.randint(1, 12), chance.randint(0, 11)
        now = [chance.randint(0, 900) for _ in range(known)] + [None] * (12 - known)
        before = [None] * since + [chance.randint(0, 900) for _ in range(12 - since)]
        drawn = parsed(twelve_months(now, before, title="Năm", words=words).svg)

        middles = []
        for kind in ("now", "before"):
            end = [
                node.attrib for node in drawn.iter("circle") if node.get("class") == f"dot-{kind}"
            ]
            (name,) = [
                node.attrib for node in drawn.iter("text") if f"label-{kind}" in str(node.attrib)
            ]
            shift = 0 if name.get("text-anchor") == "middle" else float(name["dx"]) + 22
            x = float(name["x"].removesuffix("%")) / 100 * width + shift
            ends_at = float(end[-1]["cx"].removesuffix("%")) / 100 * width
            assert abs(x - ends_at) < 32, (now, before)
            assert -37 <= float(name["y"]) - float(end[-1]["cy"]) <= 48, (now, before)
            assert 21 <= x <= width - 21
            assert 12 <= float(name["y"]) <= 262
            middles.append((x, float(name["y"])))
        (x, y), (other_x, other_y) = middles
        assert abs(x - other_x) > 44 or abs(y - other_y) >= 15, (now, before)


def test_years_that_end_together_stand_beside_their_ends() -> None:
    # The city in 2025: the years met in December, and the peak of October pushed both names away.
    now = [13, 5, 5, 3, 13, 9, 6, 8, 15, 23, 9, 8]
    chart = twelve_months(now, [None] * 10 + [2, 8], title="Năm")
    names = [node.attrib for node in parsed(chart.svg).iter("text") if "halo" in str(node.attrib)]
    ends = [float(node.attrib["cy"]) for node in parsed(chart.svg).iter("circle")]

    assert all(abs(float(name["y"]) - ends[-1]) < 40 for name in names)


def test_a_tiny_share_is_not_rounded_to_nothing() -> None:
    chart = ordered_bar([Share("Hộ", 10**9), Share("Lãi", 1), Share("Hoàn", -5)], title="Nguồn")

    assert [row[2] for row in chart.rows] == ["100 %", "< 1 %", "–"]


def test_a_tile_leads_to_its_branch_and_says_its_amount() -> None:
    tiles = [
        a_tile(x=4, y=7, value=5_000, title="Phường Ba Đình"),
        a_tile(x=5, y=7, value=None, title="Xã Sóc Sơn", href="/b/soc-son/"),
    ]
    links = list(parsed(tile_map(tiles, title="Bản đồ").svg).iter("a"))

    assert [link.findtext("title") for link in links] == [
        "Phường Ba Đình: 5 nghìn",
        "Xã Sóc Sơn: chưa có số liệu",
    ]
    assert links[1].get("href") == "/b/soc-son/"
    assert [link.find("path") is not None for link in links] == [False, True]


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//evil.example", "https://evil.example", ""]
)
def test_a_tile_that_leads_elsewhere_is_refused(href: str) -> None:
    with pytest.raises(ValueError):
        a_tile(href=href)


def test_a_darker_tile_never_means_less() -> None:
    chance = random.Random(11)
    values = sorted(int(chance.lognormvariate(8, 1)) for _ in range(126))
    breaks = class_breaks(values, 5)
    classes = [class_of(value, breaks) for value in values]

    assert classes == sorted(classes)
    assert set(classes) == {1, 2, 3, 4, 5}
    assert max(classes.count(number) for number in range(1, 6)) <= 40


def test_equal_values_share_one_class() -> None:
    assert class_breaks([7000] * 20, 5) == []
    assert class_breaks([], 5) == []


@pytest.mark.parametrize("seed", range(50))
def test_an_axis_holds_all_values_and_has_few_round_lines(seed: int) -> None:
    chance = random.Random(seed)
    values = [chance.randint(-(10 ** chance.randint(1, 12)), 10**12) for _ in range(12)]
    scale = scale_for(values, top=0, bottom=100)

    assert scale.low <= min(0, *values), (seed, values)
    assert scale.high >= max(0, *values), (seed, values)
    assert 2 <= len(ticks(scale)) <= 6, (seed, ticks(scale))
    assert 0 in ticks(scale), seed
