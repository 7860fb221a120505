"""Which branches the demonstration fills, from when to when, and how much is given in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from app.branches.commands import BranchKind, OpenBranch
from app.branches.queries import BranchView
from app.cli.demo.gifts import MOSTLY_HOUSEHOLDS, OF_A_CLAN, OF_A_SCHOOL, OF_THE_CITY
from app.cli.demo.scale import Scale
from app.donations.commands import Source

TWO_YEARS: Final = timedelta(days=731)
REORGANISED_ON: Final = date(2025, 7, 1)
QUIET_DAYS: Final = 38

CITY: Final = "ha-noi"
# These are looked at most: they come first in a small demonstration, and are given much.
FEATURED: Final = {"phuong-ba-dinh": 6.0, "phuong-ngoc-ha": 4.0, "xa-soc-son": 3.0}
GIFTS_TODAY: Final = {"phuong-ba-dinh": 7, "phuong-ngoc-ha": 4}
NOTHING_YET: Final = "xa-minh-chau"
QUIET_LATELY: Final = {"xa-ba-vi", "xa-huong-son", "xa-yen-xuan", "phuong-thuong-cat"}


@dataclass(frozen=True, slots=True)
class Place:
    """One branch to fill: `gift_count` gifts from first to last day, and `today_count` today."""

    slug: str
    address: str
    first: date
    last: date
    gift_count: int
    today_count: int = 0
    sources: Mapping[Source, float] = field(default_factory=lambda: MOSTLY_HOUSEHOLDS)


def dice_of(name: str) -> Random:
    """Dice that always fall the same way for the same name."""
    return Random(f"khuyến học 2026/{name}")  # noqa: S311 (it must repeat, not be secret)


LOWER: Final = (
    *(
        OpenBranch(
            f"tdp-{number}-ba-dinh",
            f"Chi hội khuyến học tổ dân phố số {number}",
            f"Tổ dân phố số {number}",
            BranchKind.RESIDENTIAL,
            REORGANISED_ON,
            "phuong-ba-dinh",
        )
        for number in (3, 7, 12)
    ),
    *(
        OpenBranch(
            f"tdp-{number}-ngoc-ha",
            f"Chi hội khuyến học tổ dân phố số {number}",
            f"Tổ dân phố số {number}",
            BranchKind.RESIDENTIAL,
            REORGANISED_ON,
            "phuong-ngoc-ha",
        )
        for number in (1, 5)
    ),
    *(
        OpenBranch(
            f"thon-{number}-soc-son",
            f"Chi hội khuyến học thôn {number}",
            f"Thôn {number}",
            BranchKind.RESIDENTIAL,
            REORGANISED_ON,
            "xa-soc-son",
        )
        for number in (2, 6)
    ),
    OpenBranch(
        "dong-ho-nguyen-dinh-soc-son",
        "Ban khuyến học dòng họ Nguyễn Đình",
        "Họ Nguyễn Đình",
        BranchKind.CLAN,
        date(2025, 9, 1),
        "xa-soc-son",
    ),
    OpenBranch(
        "truong-thcs-binh-minh-ngoc-ha",
        "Ban khuyến học Trường THCS Bình Minh",
        "Trường THCS Bình Minh",
        BranchKind.SCHOOL,
        date(2025, 9, 5),
        "phuong-ngoc-ha",
    ),
    # These two keep no book here: one hands its lists to the commune, one only reports.
    OpenBranch(
        "tdp-9-ba-dinh",
        "Chi hội khuyến học tổ dân phố số 9",
        "Tổ dân phố số 9",
        BranchKind.RESIDENTIAL,
        REORGANISED_ON,
        "phuong-ba-dinh",
        books="shared",
    ),
    OpenBranch(
        "dong-ho-tran-quoc-soc-son",
        "Ban khuyến học dòng họ Trần Quốc",
        "Họ Trần Quốc",
        BranchKind.CLAN,
        date(2025, 9, 1),
        "xa-soc-son",
        books="reported",
    ),
)
SOURCES_OF_KIND: Final = {BranchKind.CLAN: OF_A_CLAN, BranchKind.SCHOOL: OF_A_SCHOOL}


def places(tree: Sequence[BranchView], scale: Scale, today: date) -> list[Place]:
    """Every branch to fill; `tree` holds all branches of the reference data."""
    return [
        _city(scale, today),
        *_districts(tree, scale, today),
        *_communes(tree, scale, today),
        *_lower(scale, today),
    ]


def begins(today: date) -> date:
    """The first day of the demonstration: of a month, so that years are compared by whole ones."""
    return (today - TWO_YEARS).replace(day=1)


def _city(scale: Scale, today: date) -> Place:
    first, last = begins(today), today - timedelta(days=1)
    return Place(CITY, "Hà Nội", first, last, scale.gifts_of_city, sources=OF_THE_CITY)


def _districts(tree: Sequence[BranchView], scale: Scale, today: date) -> list[Place]:
    """Until the communes of today began, the former districts' books hold the city's gifts."""
    first, last = begins(today), REORGANISED_ON - timedelta(days=1)
    if first > last:
        return []
    districts = [branch for branch in tree if branch.kind == BranchKind.DISTRICT]
    chosen = districts[: scale.districts]
    counts = _shared(chosen, scale.districts * scale.gifts_of_district)
    return [Place(b.slug, b.short_name, first, last, counts[b.slug]) for b in chosen]


def _communes(tree: Sequence[BranchView], scale: Scale, today: date) -> list[Place]:
    communes = [b for b in tree if b.kind == BranchKind.COMMUNE and b.closed_on is None]
    communes.sort(key=lambda branch: (branch.slug not in FEATURED, branch.slug))
    chosen = communes[: scale.communes]
    counts = _shared(chosen, scale.communes * scale.gifts_of_commune)
    first = max(REORGANISED_ON, begins(today))
    return [
        Place(
            branch.slug,
            branch.short_name,
            first,
            today - timedelta(days=QUIET_DAYS if branch.slug in QUIET_LATELY else 1),
            counts[branch.slug],
            today_count=GIFTS_TODAY.get(branch.slug, 0),
        )
        for branch in chosen
    ]


def _lower(scale: Scale, today: date) -> list[Place]:
    return [
        Place(
            new.slug,
            new.short_name,
            max(new.opened_on, begins(today)),
            today - timedelta(days=1),
            scale.gifts_of_commune // 3,
            sources=SOURCES_OF_KIND.get(new.kind, MOSTLY_HOUSEHOLDS),
        )
        for new in LOWER
        if new.books == "own"
    ]


def _shared(branches: Sequence[BranchView], gift_count: int) -> dict[str, int]:
    """How many of the gifts each branch gets: some are lively, some are not, one has none."""
    weights = {
        branch.slug: FEATURED.get(branch.slug) or dice_of(branch.slug).lognormvariate(0, 0.4)
        for branch in branches
        if branch.slug != NOTHING_YET
    }
    whole = sum(weights.values())
    shares = {slug: max(1, round(gift_count * weight / whole)) for slug, weight in weights.items()}
    return {branch.slug: shares.get(branch.slug, 0) for branch in branches}
