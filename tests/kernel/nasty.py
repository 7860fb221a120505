"""The catalogue of bad inputs (reliability.md §4.6) as data, for every test that needs some.

A row is {id, group, value, expect}: refuse, accept, or confirm (taken once a person agrees, or
with a warning). `amount` or `day` is what an accepted value means; `field` names the place it is
meant for when that is not the group's own; `repeat` multiplies the value.
"""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from app.kernel.letters import UNPRINTABLE
from app.kernel.text import LOOK_ALIKES

_CATALOGUE = Path(__file__).parents[1] / "data" / "nasty.jsonl"


def nasty_rows(groups: str, field: str | None = None) -> list[dict[str, Any]]:
    """Rows of the groups (one letter each) meant for this field; None is the group's own."""
    rows = [json.loads(line) for line in _CATALOGUE.read_text(encoding="ascii").splitlines()]
    return [_repeated(row) for row in rows if row["group"] in groups and row.get("field") == field]


def on_paper(row: dict[str, Any]) -> dict[str, Any]:
    """The row as a field must answer it that ends on a receipt: what none can show is refused."""
    is_foreign = UNPRINTABLE.search(clean_blanks(row["value"])) is not None
    return {**row, "expect": "refuse"} if is_foreign else row


def clean_blanks(text: str) -> str:
    """The text as it is stored, where only its blanks and look-alikes are changed."""
    return " ".join(unicodedata.normalize("NFC", text).translate(LOOK_ALIKES).split())


def each_nasty(groups: str, field: str | None = None) -> pytest.MarkDecorator:
    """Run a test once for each row, as its argument `row`, named by the catalogue's number."""
    rows = nasty_rows(groups, field)
    return pytest.mark.parametrize("row", rows, ids=[row["id"] for row in rows])


def _repeated(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "value": row["value"] * row["repeat"]} if "repeat" in row else row
