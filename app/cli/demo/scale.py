"""How much of the demonstration is wanted."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Scale:
    """How many branches get books, and gifts of one on average over its whole time."""

    communes: int
    districts: int
    gifts_of_commune: int
    gifts_of_district: int
    gifts_of_city: int


FULL: Final = Scale(
    communes=126,
    districts=30,
    gifts_of_commune=122,
    gifts_of_district=172,
    gifts_of_city=260,
)
