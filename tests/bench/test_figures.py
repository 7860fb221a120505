"""What the table says of figures, and how they are made from measurements."""

import pytest

from bench.figures import Bar, Figure, number, percentile, table


def a_figure(value: float, side: Bar, bar: float) -> Figure:
    return Figure(
        goal="G0", what="gifts ÷ floor", value=value, unit="", side=side, bar=bar, parts={"a": 1.5}
    )


@pytest.mark.parametrize(
    ("value", "side", "holds"),
    [
        (0.35, Bar.AT_LEAST, True),
        (0.34, Bar.AT_LEAST, False),
        (0.35, Bar.AT_MOST, True),
        (0.36, Bar.AT_MOST, False),
    ],
)
def test_a_figure_holds_on_the_right_side_of_its_bar(value: float, side: Bar, holds: bool) -> None:
    assert a_figure(value, side, 0.35).holds is holds


def test_the_table_names_what_missed_its_bar() -> None:
    told = table([a_figure(0.2, Bar.AT_LEAST, 0.35), a_figure(0.5, Bar.AT_LEAST, 0.35)])

    assert [line.split()[1] for line in told.splitlines() if line.startswith("G0")] == [
        "MISS",
        "ok",
    ]
    assert "a 1.5" in told


@pytest.mark.parametrize(
    ("value", "told"), [(0.2264, "0.226"), (1369.4, "1,369"), (0.0, "0"), (44.2, "44.2")]
)
def test_numbers_are_told_with_three_digits(value: float, told: str) -> None:
    assert number(value) == told


@pytest.mark.parametrize(("percent", "found"), [(50, 50.0), (99, 99.0), (100, 100.0), (1, 1.0)])
def test_a_percentile_is_a_measured_value(percent: int, found: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == found


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 99)
