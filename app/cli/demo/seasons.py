"""When people give: the year of a learning-promotion fund (domain.md §2.1)."""

from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

MONTHS: Final = (0.9, 0.9, 0.6, 0.6, 1.2, 1.0, 0.7, 0.9, 1.6, 1.9, 1.2, 0.8)
FEASTS: Final = {  # first day of the lunar year
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
}
BEFORE_FEAST: Final = timedelta(days=24)
FEAST: Final = timedelta(days=6)
# Month, first and last day, and how much livelier they are.
SPECIAL_DAYS: Final = (
    (5, 15, 21, 2.2),  # Uncle Ho's birthday, the 19th: piggy banks are opened
    (5, 25, 31, 1.6),  # end of the school year
    (9, 28, 30, 2.5),
    (10, 1, 7, 3.5),  # Ngày Khuyến học on the 2nd, and its week
    (11, 16, 20, 1.5),  # teachers' day
)
GROWTH_A_YEAR: Final = 0.12


def days_of_giving(dice: Random, first: date, last: date, count: int) -> list[date]:
    """`count` days from first to last, both included, in order; more of them in the season."""
    days = [first + timedelta(days=after) for after in range((last - first).days + 1)]
    weights = list(accumulate(liveliness(day) for day in days))
    return sorted(dice.choices(days, cum_weights=weights, k=count))


def liveliness(day: date) -> float:
    """How much is given on a day, against an ordinary one of 2025."""
    lively = MONTHS[day.month - 1] * (1 + GROWTH_A_YEAR * (day.year + day.month / 12 - 2025))
    for month, first, last, factor in SPECIAL_DAYS:
        if day.month == month and first <= day.day <= last:
            lively *= factor
    for feast in FEASTS:
        if timedelta() < feast - day <= BEFORE_FEAST:
            lively *= 2.2
        elif timedelta() <= day - feast < FEAST:
            lively *= 0.2
    return lively
