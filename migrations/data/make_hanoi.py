"""Makes hanoi_branches.csv and hanoi_successions.csv from the PyPI package vietnamadminunits.

Development time only: run it with a throw-away environment that holds the package (README.md
beside this file says how). It opens the package's two data files and imports none of its code,
because convert_address() of that package sends addresses to an outside geocoder.
"""

import csv
import importlib.metadata
import importlib.util
import json
import math
import re
import sqlite3
import sys
import unicodedata
from collections import Counter
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from migrations.data.tile_layout import Cell, place

VERSION = "1.0.4"
PROVINCE = "thanhphohanoi"
DECISION = "Nghị quyết 1656/NQ-UBTVQH15"
CHANGE = "2025-07-01"
# The city's association was founded in 1998 (day unknown). For what ended in 2025 the day of
# the city's enlargement stands in: the package gives no founding days.
CITY_OPENED = "1998-01-01"
FORMER_OPENED = "2008-08-01"
CITY_SLUG = "ha-noi"
EXPECTED = {
    "cities": 1,
    "communes": 126,
    "phường": 51,
    "xã": 75,
    "districts": 30,
    "former communes": 526,
    "former whole": 327,
    "former divided": 199,
}
HERE = Path(__file__).parent

Row = dict[str, Any]


@dataclass(frozen=True)
class Branch:
    """One line of hanoi_branches.csv; an empty string is 'not known' or 'not yet'."""

    slug: str
    official_code: str
    name: str
    short_name: str
    kind: str
    parent_slug: str
    opened_on: str
    closed_on: str
    latitude: str = ""
    longitude: str = ""
    area_km2: str = ""
    population: str = ""
    tile_x: str = ""
    tile_y: str = ""


@dataclass(frozen=True, order=True)
class Succession:
    """One line of hanoi_successions.csv: territory passed from one branch to another."""

    predecessor_slug: str
    successor_slug: str
    effective_on: str
    share: str
    decision: str


def slug_of(name: str) -> str:
    """Return the official name in ASCII lower case with hyphens: 'Xã Sóc Sơn' → 'xa-soc-son'."""
    plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def former_slug_of(row: Row) -> str:
    """Return the slug of a former commune, which ALWAYS ends in its district.

    'phuong-phuc-xa--quan-ba-dinh': the double hyphen appears in no other slug.
    """
    return f"{slug_of(row['ward'])}--{slug_of(row['district'])}"


def association(name: str) -> str:
    """Return the association's name for a unit: 'Phường Láng' → 'Hội Khuyến học phường Láng'."""
    return f"Hội Khuyến học {name[0].lower()}{name[1:]}"


def read_units(package: Path) -> tuple[list[Row], list[Row]]:
    """Return the city's units of today and those on the eve of 1 July 2025, by code."""
    database = sqlite3.connect(f"file:{package / 'data' / 'dataset.db'}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    tables = ("admin_units", "admin_units_legacy")
    query = "SELECT * FROM {} WHERE provinceKey = ? ORDER BY wardCode"
    today, before = (
        [dict(row) for row in database.execute(query.format(table), (PROVINCE,))]
        for table in tables
    )
    database.close()
    return today, before


def read_targets(package: Path) -> dict[str, list[str]]:
    """Return for each former commune's key the keys of the communes that took it.

    One target where it went over whole, several where it was divided.
    """
    text = (package / "data" / "converter_2025.json").read_text(encoding="utf-8")
    converter = json.loads(text)
    targets: dict[str, list[str]] = {}
    for new, olds in converter["DICT_PROVINCE_WARD_NO_DIVIDED"][PROVINCE].items():
        for old in olds:
            targets.setdefault(old, []).append(new)
    for old, news in converter["DICT_PROVINCE_WARD_DIVIDED"][PROVINCE].items():
        if old in targets:
            raise ValueError(f"{old} is both whole and divided in the source")
        targets[old] = [new["newWardKey"] for new in news]
    return targets


def city(today: list[Row]) -> Branch:
    """Return the city's association; its area is the sum of the communes' areas."""
    return Branch(
        slug=CITY_SLUG,
        official_code=today[0]["provinceCode"],
        name="Hội Khuyến học thành phố Hà Nội",
        short_name="Hà Nội",
        kind="city_association",
        parent_slug="",
        opened_on=CITY_OPENED,
        closed_on="",
        latitude=f"{today[0]['provinceLat']:.4f}",
        longitude=f"{today[0]['provinceLon']:.4f}",
        area_km2=f"{sum(row['wardAreaKm2'] for row in today):.2f}",
    )


def communes(today: list[Row]) -> list[Branch]:
    """Return today's communes, each with its tile."""
    return [
        Branch(
            slug=slug_of(row["ward"]),
            official_code=row["wardCode"],
            name=association(row["ward"]),
            short_name=row["ward"],
            kind="commune_association",
            parent_slug=CITY_SLUG,
            opened_on=CHANGE,
            closed_on="",
            latitude=f"{row['wardLat']:.4f}",
            longitude=f"{row['wardLon']:.4f}",
            area_km2=f"{row['wardAreaKm2']:.2f}",
            tile_x=str(tile[0]),
            tile_y=str(tile[1]),
        )
        for row, tile in zip(today, tiles(today), strict=True)
    ]


def tiles(today: list[Row]) -> list[Cell]:
    """Return a tile for each commune from its centroid, in kilometres on a flat map."""
    per_degree = 111.32
    east = per_degree * math.cos(math.radians(21.0))
    points = [(row["wardLon"] * east, row["wardLat"] * per_degree) for row in today]
    return place(points)


def districts(before: list[Row]) -> list[Branch]:
    """Return the districts abolished on 1 July 2025."""
    by_code = {row["districtCode"]: row["district"] for row in before}
    return [
        Branch(
            slug=slug_of(name),
            official_code=code,
            name=association(name),
            short_name=name,
            kind="district_association",
            parent_slug=CITY_SLUG,
            opened_on=FORMER_OPENED,
            closed_on=CHANGE,
        )
        for code, name in by_code.items()
    ]


def former_communes(before: list[Row]) -> list[Branch]:
    """Return the communes abolished on 1 July 2025, each under its district."""
    return [
        Branch(
            slug=former_slug_of(row),
            official_code=row["wardCode"],
            name=association(row["ward"]),
            short_name=f"{row['ward']}, {row['district'][0].lower()}{row['district'][1:]}",
            kind="commune_association",
            parent_slug=slug_of(row["district"]),
            opened_on=FORMER_OPENED,
            closed_on=CHANGE,
        )
        for row in before
    ]


def successions(
    today: list[Row], before: list[Row], targets: dict[str, list[str]]
) -> list[Succession]:
    """Return who took whom, sorted.

    A district goes in parts to every commune that took one of its former communes. Raises
    KeyError for a key without a unit.
    """
    new_slug = {row["wardKey"]: slug_of(row["ward"]) for row in today}
    found: set[Succession] = set()
    for row in before:
        news = targets["_".join((PROVINCE, row["districtKey"], row["wardKey"]))]
        share = "whole" if len(news) == 1 else "part"
        for new in news:
            successor = new_slug[new]
            found.add(Succession(former_slug_of(row), successor, CHANGE, share, DECISION))
            district = slug_of(row["district"])
            found.add(Succession(district, successor, CHANGE, "part", DECISION))
    return sorted(found)


def check(branches: list[Branch], passed_on: list[Succession]) -> Counter[str]:
    """Return the counts; raise ValueError where they or the rules of README.md do not hold."""
    slugs = [branch.slug for branch in branches]
    tiled = [(b.tile_x, b.tile_y) for b in branches if b.tile_x]
    former = {s.predecessor_slug: s.share for s in passed_on if "--" in s.predecessor_slug}
    closed = {branch.slug for branch in branches if branch.closed_on}
    living = [b for b in branches if b.kind == "commune_association" and not b.closed_on]
    counts = Counter(b.short_name.split()[0].lower() for b in living)
    counts["cities"] = sum(b.kind == "city_association" for b in branches)
    counts["communes"] = len(living)
    counts["districts"] = sum(b.kind == "district_association" for b in branches)
    counts["former communes"] = len(former)
    counts["former whole"] = sum(share == "whole" for share in former.values())
    counts["former divided"] = sum(share == "part" for share in former.values())
    if counts != Counter(EXPECTED):
        raise ValueError(f"counts differ from the expected ones: {dict(counts)}")
    if len(set(slugs)) != len(slugs) or len(set(tiled)) != len(living):
        raise ValueError("a slug or a tile is used twice")
    if {s.predecessor_slug for s in passed_on} != closed:
        raise ValueError("a closed branch has no successor")
    if {s.successor_slug for s in passed_on} != {b.slug for b in living}:
        raise ValueError("a commune of today has no predecessor")
    return counts


def write(path: Path, kind: type[Branch] | type[Succession], rows: list[Any]) -> None:
    """Write rows as UTF-8 CSV with LF ends, NFC, and a heading line."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(field.name for field in fields(kind))
        for row in rows:
            writer.writerow(unicodedata.normalize("NFC", value) for value in astuple(row))


def main() -> None:
    """Make both files and print the counts; refuse any other version of the package."""
    spec = importlib.util.find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        sys.exit(f"install vietnamadminunits=={VERSION} in a throw-away environment first")
    if importlib.metadata.version("vietnamadminunits") != VERSION:
        sys.exit(f"this script was checked with vietnamadminunits {VERSION} only")
    package = Path(spec.origin).parent
    today, before = read_units(package)
    # Parents come before children: the city, districts, communes, then former communes.
    branches = [city(today)]
    for group in (districts(before), communes(today), former_communes(before)):
        branches += sorted(group, key=lambda branch: branch.slug)
    passed_on = successions(today, before, read_targets(package))
    counts = check(branches, passed_on)
    write(HERE / "hanoi_branches.csv", Branch, branches)
    write(HERE / "hanoi_successions.csv", Succession, passed_on)
    for what, number in counts.items():
        sys.stdout.write(f"{what}: {number}\n")
    sys.stdout.write(f"branches: {len(branches)}; successions: {len(passed_on)}\n")


if __name__ == "__main__":
    main()
