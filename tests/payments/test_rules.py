"""What a card is charged, what that is in đồng, and what goes back of it: arithmetic."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.payments.currencies import (
    CURRENCIES,
    LARGEST,
    decimals_of,
    in_dong,
    refuse_unfit,
    shown,
)
from app.payments.rules import (
    FEE_BESIDE_DONG,
    FEE_SHARE,
    Booking,
    Share,
    due_on,
    next_due,
    postings_of,
    priced,
)

BOOKING = Booking(UUID(int=1), "individual")
USD = Decimal(26_100)


def test_the_dong_has_no_decimals() -> None:
    price = priced("VND", 500_000, None, covers_fee=False)

    assert (price.amount, price.total_minor, price.rate) == (500_000, 500_000, None)


@pytest.mark.parametrize(
    ("currency", "minor", "is_taken"),
    [
        ("VND", 19_999, False),
        ("VND", 20_000, True),
        ("VND", 99_999_999, True),
        ("VND", 100_000_000, False),
        ("USD", 99, False),
        ("USD", 100, True),
        ("JPY", 100, True),
        ("JPY", 99, False),
        ("KWD", 1_230, True),
        ("KWD", 1_234, False),
        ("ZZZ", 500_000, False),
        ("vnd", 500_000, False),
        ("VND", 0, False),
        ("VND", -500_000, False),
    ],
)
def test_limits(currency: str, minor: int, *, is_taken: bool) -> None:
    if is_taken:
        refuse_unfit(currency, minor)
        return
    with pytest.raises(Invalid):
        refuse_unfit(currency, minor)


def test_decimals_of_every_currency_that_is_taken() -> None:
    for currency in CURRENCIES.values():
        assert decimals_of(currency.code) == currency.decimals


@pytest.mark.parametrize(
    ("currency", "minor", "rate", "dong"),
    [
        ("VND", 500_000, None, 500_000),
        ("USD", 5_000, USD, 1_305_000),
        ("USD", 1, USD, 261),
        ("JPY", 1_000, Decimal("170.5"), 170_500),
        ("KWD", 1_230, Decimal(85_000), 104_550),
    ],
)
def test_in_dong(currency: str, minor: int, rate: Decimal | None, dong: int) -> None:
    assert in_dong(currency, minor, rate) == dong


def test_amounts_are_shown_as_people_write_them() -> None:
    assert shown("VND", 20_000).replace("\u00a0", " ") == "20.000 đ"
    assert shown("USD", 123_456).replace("\u00a0", " ") == "1.234,56 USD"
    assert shown("KWD", 1_230).replace("\u00a0", " ") == "1,230 KWD"


def test_without_a_rate_foreign_money_is_not_priced() -> None:
    with pytest.raises(Invalid):
        priced("USD", 5_000, None, covers_fee=False)


@given(st.integers(20_000, 90_000_000))
def test_what_is_added_bears_the_usual_fee_and_no_more(minor: int) -> None:
    price = priced("VND", minor, None, covers_fee=True)

    fee = price.total_minor * FEE_SHARE + FEE_BESIDE_DONG
    assert minor <= price.total_minor - fee < minor + 1


@given(st.integers(100, 9_000_000), st.booleans())
def test_foreign_money_is_shared_out_without_a_rest(minor: int, covers_fee: bool) -> None:
    price = priced("USD", minor, USD, covers_fee=covers_fee)

    whole = in_dong("USD", price.total_minor, USD)
    assert price.amount + price.cover_amount == whole
    assert price.cover_amount == 0 or covers_fee


@given(
    st.integers(1, 10**8),
    st.integers(0, 10**7),
    st.integers(1, 10**9),
    st.lists(st.floats(0, 1), max_size=6),
    st.integers(-(10**6), 10**6),
)
def test_whatever_goes_back_balances_and_in_the_end_all_is_gone(
    amount: int, cover: int, minor: int, parts: list[float], fee: int
) -> None:
    share = Share(amount, cover, minor)
    steps = [0, *sorted(int(part * minor) for part in parts), minor]
    left = amount
    for before, after in pairwise(steps):
        lines = postings_of(
            BOOKING,
            out=share.taken(after) - share.taken(before),
            gift_before=share.gift_left(before),
            gift_after=share.gift_left(after),
            fee=fee,
        )
        assert sum(li.amount if li.side == "debit" else -li.amount for li in lines) == 0
        assert all(line.amount > 0 for line in lines)
        assert share.gift_left(after) <= left
        left = share.gift_left(after)

    assert left == 0
    assert share.taken(minor) == amount + cover


@pytest.mark.parametrize(
    ("anchor", "year", "month", "day"),
    [
        (31, 2026, 2, 28),
        (31, 2028, 2, 29),
        (31, 2026, 4, 30),
        (31, 2026, 3, 31),
        (29, 2027, 2, 28),
        (1, 2026, 12, 1),
    ],
)
def test_a_plan_of_the_last_day_is_paid_on_the_last_day_there_is(
    anchor: int, year: int, month: int, day: int
) -> None:
    assert due_on(anchor, year, month) == date(year, month, day)


def test_a_short_month_does_not_move_the_later_ones() -> None:
    started = date(2026, 1, 31)

    assert next_due(started, date(2026, 1, 31)) == date(2026, 2, 28)
    assert next_due(started, date(2026, 2, 28)) == date(2026, 3, 31)
    assert next_due(started, date(2026, 12, 31)) == date(2027, 1, 31)


def test_the_largest_sum_has_eight_digits() -> None:
    assert len(str(LARGEST)) == 8
