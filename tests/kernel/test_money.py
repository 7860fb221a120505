"""Amounts: the whole catalogue M, and what no catalogue can list."""

import json
import math
import time
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import (
    MAX_AMOUNT,
    ParsedMoney,
    UnreadableMoney,
    format_vnd,
    parse_vnd,
    parse_vnd_json,
)
from tests.kernel.nasty import each_nasty

amounts = st.integers(1, MAX_AMOUNT)


@each_nasty("M")
def test_typed_amount_is_read_as_the_catalogue_says(row: dict[str, Any]) -> None:
    if row["expect"] == "refuse":
        with pytest.raises(UnreadableMoney):
            parse_vnd(row["value"])
    else:
        asks = row["expect"] == "confirm"
        assert parse_vnd(row["value"]) == ParsedMoney(row["amount"], needs_confirmation=asks)


@each_nasty("M", "money_json")
def test_json_amount_is_read_as_the_catalogue_says(row: dict[str, Any]) -> None:
    value = json.loads(row["value"], parse_float=Decimal)

    if row["expect"] == "refuse":
        with pytest.raises(UnreadableMoney):
            parse_vnd_json(value)
    else:
        assert parse_vnd_json(value) == row["amount"]


@each_nasty("M", "cell")
def test_spreadsheet_number_is_read_as_the_catalogue_says(row: dict[str, Any]) -> None:
    if row["expect"] == "refuse":
        with pytest.raises(UnreadableMoney):
            parse_vnd_json(row["value"])
    else:
        assert parse_vnd_json(row["value"]) == row["amount"]


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -1.0, 0.0, 1e13, b"500000", (), pytest.param(10**5000, id="endless")],
)
def test_json_amount_is_refused_when_it_is_no_plain_positive_whole_number(value: object) -> None:
    with pytest.raises(UnreadableMoney):
        parse_vnd_json(value)


@pytest.mark.parametrize("written", ["NaN", "sNaN", "-Infinity", "1E+6", "5E5", "1e-999999", "0"])
def test_json_decimal_is_refused_when_not_written_plainly(written: str) -> None:
    with pytest.raises(UnreadableMoney):
        parse_vnd_json(Decimal(written))


@given(amounts)
def test_written_amount_reads_back_without_a_question(amount: int) -> None:
    assert parse_vnd(format_vnd(amount)) == ParsedMoney(amount, needs_confirmation=False)


@given(amounts)
def test_text_and_number_follow_one_rule(amount: int) -> None:
    assert parse_vnd_json(str(amount)) == parse_vnd_json(amount) == amount


@given(st.one_of(st.text(), st.text("0123456789.,ktrỷệu đ\n- ", max_size=12)))
def test_any_text_is_an_amount_within_bounds_or_a_refusal(text: str) -> None:
    with suppress(UnreadableMoney):
        assert 1 <= parse_vnd(text).amount <= MAX_AMOUNT


@pytest.mark.parametrize("text", ["9" * 5000, " " * 1_000_000, "1 " * 500_000, "1.000" * 200_000])
def test_endless_text_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()

    with pytest.raises(UnreadableMoney):
        parse_vnd(text)

    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "Nhập số tiền, ví dụ"),
        ("một triệu", "bằng chữ số"),
        ("-50.000", "lớn hơn 0"),
        ("0", "lớn hơn 0"),
        ("9" * 80, "lớn nhất là 1.000.000.000.000 đ"),
        ("1.5", "hiểu nhiều cách"),
        ("1tr05", "hiểu nhiều cách"),
        ("100 USD", "đồng Việt Nam"),
    ],
)
def test_refusal_says_what_to_type_instead(text: str, hint: str) -> None:
    with pytest.raises(UnreadableMoney) as refusal:
        parse_vnd(text)

    assert hint in refusal.value.message


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0, "0 đ"), (500, "500 đ"), (1_250_000, "1.250.000 đ"), (-50_000, "-50.000 đ")],
)
def test_amount_is_written_with_dots_and_its_unit(amount: int, written: str) -> None:
    assert format_vnd(amount) == written
