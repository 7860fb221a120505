"""Lists at the command line: a table for people, JSON for software."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any
from uuid import UUID

import click

Row = Mapping[str, object]


def show_rows(rows: Sequence[Row], *, as_json: bool) -> None:
    """Print the rows as a JSON list, or as a table with their keys above it."""
    if as_json:
        show_json(rows)
    elif rows:
        _show_table([list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)])


def show_json(value: object) -> None:
    """Print a value as JSON: days and instants in ISO, ids as text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _show_table(lines: Sequence[Sequence[str]]) -> None:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _plain(value: Any) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(value)
