"""Cells of banks: amounts and days as they write them, and what two people could read apart."""

from datetime import date, datetime, time, timedelta

import pytest

from app.banking.statements import refusals
from app.banking.statements.cells import Cell, UnreadableCell, amount_of, day_of, text_of
from app.kernel.clock import HANOI


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        *((blank, 0) for blank in ("", " ", "-", "–", "\u00a0", "0", "0.00", "0,00", 0, 0.0)),
        *((text, 1_234_567) for text in ("1234567", "1.234.567", "1,234,567", "1 234 567")),
        *(
            (text, 1_234_567)
            for text in ("1.234.567,00", "1,234,567.00", "1234567.0", "1234567,00")
        ),
        *((text, 1_234_567) for text in ("1,234,567.00 VND", "1.234.567 đ", "VND 1.234.567")),
        *((text, 1_234_567) for text in ("1\u00a0234\u202f567", "+1,234,567", "1.234.567đồng")),
        *((number, 1_234_567) for number in (1_234_567, 1_234_567.0)),
        *((text, 1_000) for text in ("1.000", "1,000", "1 000", "1.000,0")),
        *((text, -5_000) for text in ("-5.000", "5.000-", "- 5,000", "(5,000)", "−5000", -5000.0)),
        *((text, -5_000) for text in ("-5,000 VND", "VND -5.000", "5,000.00- VND")),
        ("000500000", 500_000),
        (10**15, 10**15),
    ],
)
def test_amount_as_banks_write_it(cell: Cell, amount: int) -> None:
    assert amount_of(cell) == amount


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        *((fraction, refusals.FRACTION) for fraction in (1.5, "1.5", "1,25", "1.000,50", "0.01")),
        *(
            (bad, refusals.AMOUNT)
            for bad in ("abc", "1.234.56", "1,234.567", "1.234,567", "1,23,456")
        ),
        *(
            (bad, refusals.AMOUNT)
            for bad in ("1e6", "0x10", "１２３", "١٢٣", "1_000", "--5", "-5-")
        ),
        *(
            (bad, refusals.AMOUNT)
            for bad in ("12.", ".5", "1..000", "1.0000", "5 USD", "$5", "NaN")
        ),
        *((bad, refusals.AMOUNT) for bad in (True, float("nan"), float("inf"), date(2026, 1, 1))),
        *(
            (bad, refusals.AMOUNT)
            for bad in ("=1+1", "1" * 101, "5 6", "1.000.000 / 2", "01/10/2026")
        ),
        *((much, refusals.AMOUNT_BOUNDS) for much in (10**15 + 1, 1e18, "9" * 20, "-" + "9" * 20)),
    ],
)
def test_amount_that_is_not_sure_is_refused(cell: Cell, message: str) -> None:
    with pytest.raises(UnreadableCell) as refusal:
        amount_of(cell)

    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        *((text, date(2026, 11, 2)) for text in ("02/11/2026", "2/11/2026", "02-11-2026")),
        *((text, date(2026, 11, 2)) for text in ("02.11.2026", "2026-11-02", "2026/11/02")),
        *((text, date(2026, 11, 2)) for text in (" 02/11/2026\u00a0", "02/11/2026 00:00:00")),
        *((cell, date(2026, 11, 2)) for cell in (date(2026, 11, 2), datetime(2026, 11, 2))),  # noqa: DTZ001
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_day_as_banks_write_it(cell: Cell, day: date) -> None:
    assert day_of(cell) == (day, None)


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("31/12/2026 23:59:59", datetime(2026, 12, 31, 23, 59, 59, tzinfo=HANOI)),
        ("31/12/2026 9:05", datetime(2026, 12, 31, 9, 5, tzinfo=HANOI)),
        ("31/12/2026\n09:05:01 PM", datetime(2026, 12, 31, 21, 5, 1, tzinfo=HANOI)),
        ("31/12/2026, 12:05 AM", datetime(2026, 12, 31, 0, 5, tzinfo=HANOI)),
        ("2026-12-31T23:30:00+07:00", datetime(2026, 12, 31, 23, 30, tzinfo=HANOI)),
        ("2026-12-31T17:30:00Z", datetime(2027, 1, 1, 0, 30, tzinfo=HANOI)),
        ("2026-12-31 08:00:00.123", datetime(2026, 12, 31, 8, tzinfo=HANOI)),
        (datetime(2026, 12, 31, 8, 1), datetime(2026, 12, 31, 8, 1, tzinfo=HANOI)),  # noqa: DTZ001
    ],
)
def test_time_is_told_in_hanoi(cell: Cell, instant: datetime) -> None:
    assert day_of(cell) == (instant.date(), instant)


@pytest.mark.parametrize(
    "cell",
    [
        *("31/02/2026", "32/01/2026", "10/13/2026", "2026-02-30", "01/01/2100", "01/01/1900"),
        *("01/01/26", "1/2/3", "01/01/2026 25:00", "01/01/2026 x", "01/01/2026 13:00 PM"),
        *(date(2100, 1, 1), datetime(1904, 1, 1)),  # noqa: DTZ001
        *("01/01-2026", "2026-01-01T10:00:00+25:00", "01/01/2026<script>"),
    ],
)
def test_day_that_cannot_be_is_refused(cell: Cell) -> None:
    with pytest.raises(UnreadableCell) as refusal:
        day_of(cell)

    assert refusal.value.message == refusals.DAY


@pytest.mark.parametrize(
    "cell", ["", "Tổng", "Ngày 02 tháng 11", "today", 46350, 46350.0, True, time(3), "20261102"]
)
def test_what_looks_like_no_day_is_none(cell: Cell) -> None:
    assert day_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        *((" a\nb ", "a b"), (19036789012015.0, "19036789012015"), (7, "7")),
        *((1e15, ""), (12345678901234567890, ""), (1.5, ""), (float("nan"), "")),
        *((True, ""), (date(2026, 1, 2), "2026-01-02"), (timedelta(1), ""), (time(1), "")),
    ],
)
def test_text_of_a_cell_is_what_it_shows_or_nothing(cell: Cell, text: str) -> None:
    assert text_of(cell) == text
