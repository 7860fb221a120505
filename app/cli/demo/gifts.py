"""What people give: who, how much, in which way, and for what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from app.cli.demo import names
from app.donations.commands import Method, Source
from app.donors.commands import DonorKind, NewDonor


@dataclass(frozen=True, slots=True)
class SourceHabits:
    """How one source gives: its share of gifts, who it is, and how much, in đồng."""

    share: float
    giver: Callable[[Random, str], NewDonor]
    amount: Callable[[Random], int]
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class PlannedGift:
    """A gift before it is entered: `fund` is the code of a fund that the branch may have."""

    donor: NewDonor
    source: Source
    method: Method
    amount: int
    received_on: date
    fund: str
    is_anonymous: bool = False
    note: str | None = None


# What a household gives (domain.md §12), without the 18 % who are passed by.
HOUSEHOLD_AMOUNTS: Final = (20_000, 30_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
HOUSEHOLD_SHARES: Final = (10, 6, 34, 22, 7, 2, 1)
CASH: Final = (Method.CASH,)
MOSTLY_CASH: Final = (Method.CASH, Method.CASH, Method.CASH, Method.BANK_TRANSFER)
EITHER: Final = (Method.CASH, Method.BANK_TRANSFER)
MOSTLY_BANK: Final = (Method.BANK_TRANSFER, Method.BANK_TRANSFER, Method.BANK_TRANSFER, Method.CASH)
BANK: Final = (Method.BANK_TRANSFER,)
FROM_ABROAD: Final = (Method.BANK_TRANSFER, Method.CARD)

SHARE_IN_KIND: Final = 0.25  # of the gifts of firms and offices
SHARE_UNNAMED: Final = 0.012
SHARE_NOT_TO_BE_NAMED: Final = 0.015
GOODS: Final = (
    "10 xe đạp mới",
    "20 bộ bàn ghế học sinh",
    "200 bộ sách giáo khoa",
    "5 máy tính xách tay",
    "100 suất quà: cặp, vở, bút",
)
UNNAMED: Final = NewDonor(DonorKind.ANONYMOUS, "Nhà hảo tâm không nêu tên")


def household_amount(dice: Random) -> int:
    """What a list of households shows."""
    return dice.choices(HOUSEHOLD_AMOUNTS, HOUSEHOLD_SHARES)[0]


def around(middle: int, *, step: int, spread: float = 0.7) -> Callable[[Random], int]:
    """Amounts around `middle`, some several times larger, rounded to `step`."""

    def amount(dice: Random) -> int:
        drawn = middle * dice.lognormvariate(0, spread)
        return max(step, round(drawn / step) * step)

    return amount


HABITS: Final = {
    Source.HOUSEHOLD: SourceHabits(57, names.household, household_amount, MOSTLY_CASH),
    Source.INDIVIDUAL: SourceHabits(
        17, names.individual, around(300_000, step=50_000, spread=0.9), EITHER
    ),
    Source.MEMBERSHIP_DUE: SourceHabits(
        6, names.individual, around(50_000, step=10_000, spread=0.3), CASH
    ),
    Source.ENTERPRISE: SourceHabits(
        3, names.enterprise, around(9_000_000, step=1_000_000, spread=0.9), MOSTLY_BANK
    ),
    Source.AGENCY: SourceHabits(3.5, names.agency, around(3_000_000, step=500_000), MOSTLY_BANK),
    Source.SCHOOL: SourceHabits(2, names.school, around(4_000_000, step=100_000), EITHER),
    Source.PIGGY_BANK: SourceHabits(
        3.5, names.piggy_bank, around(1_400_000, step=1_000, spread=0.5), CASH
    ),
    Source.CLAN: SourceHabits(2.5, names.clan, around(3_000_000, step=500_000), EITHER),
    Source.OVERSEAS: SourceHabits(
        1.2, names.overseas, around(6_000_000, step=500_000, spread=0.8), FROM_ABROAD
    ),
    Source.RELIGIOUS: SourceHabits(1.3, names.religious, around(2_000_000, step=500_000), EITHER),
    Source.INTEREST: SourceHabits(1.2, names.bank, around(860_000, step=1), BANK),
    Source.UPPER_LEVEL: SourceHabits(
        0.4, names.upper_level, around(8_000_000, step=1_000_000, spread=0.3), BANK
    ),
    Source.OTHER: SourceHabits(1.4, names.society, around(2_500_000, step=500_000), EITHER),
}
MOSTLY_HOUSEHOLDS: Final = {source: habits.share for source, habits in HABITS.items()}
# The city's own fund hears from firms, offices and friends abroad.
OF_THE_CITY: Final = {
    Source.ENTERPRISE: 34.0,
    Source.AGENCY: 20.0,
    Source.INDIVIDUAL: 22.0,
    Source.OVERSEAS: 14.0,
    Source.INTEREST: 4.0,
    Source.OTHER: 6.0,
}
OF_A_CLAN: Final = {Source.CLAN: 20.0, Source.INDIVIDUAL: 60.0, Source.MEMBERSHIP_DUE: 20.0}
OF_A_SCHOOL: Final = {Source.SCHOOL: 10.0, Source.PIGGY_BANK: 40.0, Source.INDIVIDUAL: 50.0}


class Givers:
    """The givers of one branch: most give again, told the same way each time."""

    def __init__(self, dice: Random, place: str, known: Sequence[tuple[Source, NewDonor]]) -> None:
        self._dice = dice
        self._place = place
        self._known: dict[Source, list[NewDonor]] = {source: [] for source in HABITS}
        for source, donor in known:
            self._known[source].append(donor)

    def next(self, source: Source) -> NewDonor:
        """One who gave before, or somebody new."""
        known = self._known[source]
        if known and self._dice.random() < _share_of_the_faithful(len(known)):
            return self._dice.choice(known)
        known.append(HABITS[source].giver(self._dice, self._place))
        return known[-1]


def plan_gift(
    dice: Random, givers: Givers, *, source: Source, received_on: date, fund: str
) -> PlannedGift:
    """One gift of that source on that day."""
    habits = HABITS[source]
    if source in {Source.ENTERPRISE, Source.AGENCY} and dice.random() < SHARE_IN_KIND:
        return PlannedGift(
            donor=givers.next(source),
            source=source,
            method=Method.IN_KIND,
            amount=habits.amount(dice),
            received_on=received_on,
            fund=fund,
            note=dice.choice(GOODS),
        )
    is_unnamed = source is Source.INDIVIDUAL and dice.random() < SHARE_UNNAMED * 5
    return PlannedGift(
        donor=UNNAMED if is_unnamed else givers.next(source),
        source=source,
        method=dice.choice(habits.methods),
        amount=habits.amount(dice),
        received_on=received_on,
        fund=fund,
        is_anonymous=is_unnamed or dice.random() < SHARE_NOT_TO_BE_NAMED,
        note=_note(source, received_on),
    )


def known_givers(place: str) -> list[tuple[Source, NewDonor]]:
    """The givers that the field's own examples name, living in `place`."""
    return [
        (Source(source), NewDonor(kind, name, address=f"{address}, {place[0].lower()}{place[1:]}"))
        for source, kind, name, address in names.KNOWN_GIVERS
    ]


def _share_of_the_faithful(known: int) -> float:
    """The more givers a branch knows, the more of its gifts are theirs."""
    return min(0.72, 0.25 + known / 80)


def _note(source: Source, day: date) -> str | None:
    if source is Source.INTEREST:
        return f"Lãi tiền gửi tháng {day.month}/{day.year}"
    if source is Source.MEMBERSHIP_DUE:
        return f"Hội phí năm {day.year}"
    if source is Source.UPPER_LEVEL:
        return "Hỗ trợ học sinh vượt khó"
    return None
