"""Reference data: the real tree of Hà Nội on both sides of 1 July 2025 (source: migrations/data/README.md)."""

import csv
import uuid
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DATA = Path(__file__).parent.parent / "data"
# Identities are derived from the slug, so that every installation agrees on them.
NAMESPACE = uuid.UUID("6b0f4f0e-5b0a-5c39-9d51-4b48484e0001")

branches = sa.table(
    "branches",
    *(
        sa.column(name)
        for name in (
            "id",
            "slug",
            "official_code",
            "books",
            "opened_on",
            "closed_on",
            "latitude",
            "longitude",
            "area_km2",
            "population",
            "tile_x",
            "tile_y",
        )
    ),
)
history = sa.table(
    "branch_history",
    *(
        sa.column(name)
        for name in (
            "subject_id",
            "valid_from",
            "valid_to",
            "name",
            "short_name",
            "kind",
            "parent_id",
        )
    ),
)
successions = sa.table(
    "branch_successions",
    *(
        sa.column(name)
        for name in (
            "predecessor_id",
            "successor_id",
            "effective_on",
            "share",
            "decision",
        )
    ),
)


def upgrade() -> None:
    rows = read("hanoi_branches.csv")
    op.bulk_insert(branches, [identity_row(row) for row in rows])
    op.execute(sa.insert(history).values([history_row(row) for row in rows]))
    op.bulk_insert(successions, [succession_row(row) for row in read("hanoi_successions.csv")])


def read(name: str) -> list[dict[str, str | None]]:
    """Rows of a committed CSV; an empty cell is None."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(lines)]


def branch_id(slug: str | None) -> uuid.UUID | None:
    return uuid.uuid5(NAMESPACE, slug) if slug else None


def identity_row(row: dict[str, str | None]) -> dict[str, object]:
    copied = (
        "slug",
        "official_code",
        "opened_on",
        "closed_on",
        "latitude",
        "longitude",
        "area_km2",
        "population",
        "tile_x",
        "tile_y",
    )
    return {"id": branch_id(row["slug"]), "books": "own", **{name: row[name] for name in copied}}


def history_row(row: dict[str, str | None]) -> dict[str, object]:
    return {
        "subject_id": branch_id(row["slug"]),
        "valid_from": row["opened_on"],
        "valid_to": row["closed_on"],
        "name": row["name"],
        "short_name": row["short_name"],
        "kind": row["kind"],
        "parent_id": branch_id(row["parent_slug"]),
    }


def succession_row(row: dict[str, str | None]) -> dict[str, object]:
    return {
        "predecessor_id": branch_id(row["predecessor_slug"]),
        "successor_id": branch_id(row["successor_slug"]),
        "effective_on": row["effective_on"],
        "share": row["share"],
        "decision": row["decision"],
    }


def downgrade() -> None:
    op.execute("DELETE FROM branch_successions")
    op.execute("DELETE FROM branch_history")
    op.execute("DELETE FROM branches")
