"""Days: the catalogue D as typed, the strict form for machines, and both ways through."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.days import (
    FIRST_DAY,
    LAST_DAY,
    UnreadableDay,
    format_day,
    parse_day,
    parse_iso_day,
)
from tests.kernel.nasty import each_nasty

days = st.dates(FIRST_DAY, LAST_DAY)


@each_nasty("D")
def test_typed_day_is_read_as_the_catalogue_says(row: dict[str, Any]) -> None:
    if row["expect"] == "refuse":
        with pytest.raises(UnreadableDay):
            parse_day(row["value"])
    else:
        assert parse_day(row["value"]) == date.fromisoformat(row["day"])


@given(days)
def test_written_day_reads_back(day: date) -> None:
    assert parse_day(format_day(day)) == parse_day(day.isoformat()) == day
    assert parse_iso_day(day.isoformat()) == day


@given(st.dates(date(2000, 1, 1), LAST_DAY))
def test_day_without_marks_reads_back(day: date) -> None:
    assert parse_day(f"{day:%d%m%Y}") == parse_day(f"{day:%d%m%y}") == day


@pytest.mark.parametrize("text", ["31022026", "310226", "20261124", "2411026", "24112", "２41126"])
def test_digits_that_are_no_day_are_refused(text: str) -> None:
    with pytest.raises(UnreadableDay):
        parse_day(text)


@given(st.one_of(st.text(), st.text("0123456789/-.T ", max_size=11)))
def test_any_text_is_a_day_within_bounds_or_a_refusal(text: str) -> None:
    with suppress(UnreadableDay):
        assert FIRST_DAY <= parse_day(text) <= LAST_DAY


@pytest.mark.parametrize(
    "value",
    [
        *("02/11/2026", " 2026-11-02", "2026-11-02\n", "2026-11-2", "20261102", "２０２６-11-02"),
        *("2026-02-30", "1989-12-31", "2100-01-01", "2026-11-02T00:00:00", ""),
        *(None, 20261102, True, ["2026-11-02"]),
    ],
)
def test_machine_must_write_the_iso_form_exactly(value: object) -> None:
    with pytest.raises(UnreadableDay):
        parse_iso_day(value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2/3/26", "bốn chữ số của năm"),
        ("1/1/2569", "Năm 2569 có đúng không?"),
        ("31/02/2026", "Không có ngày này"),
        ("rằm tháng bảy", "ngày dương lịch"),
    ],
)
def test_refusal_says_what_to_type_instead(text: str, hint: str) -> None:
    with pytest.raises(UnreadableDay) as refusal:
        parse_day(text)

    assert hint in refusal.value.message


def test_day_is_written_with_two_digits() -> None:
    assert format_day(date(2026, 11, 2)) == "02/11/2026"
