"""The demonstration's past: what was seeded now is moved to the days on which it would have been.

The books set their own times and nobody may change them; this runs as the owner of the database,
who alone can lift that, and only over branches that were never worked in (history.sql).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import psycopg
from flask import current_app

from config.settings import Settings

HISTORY: Final = Path(__file__).with_name("history.sql").read_text(encoding="utf-8")
NO_OWNER: Final = "Seeding needs DATABASE_OWNER_URL: the demonstration's past is laid by the owner."


def owner_url() -> str:
    """The address of the owner of the database; raises click.ClickException when none is known."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.database_owner_url:
        raise click.ClickException(NO_OWNER)
    return settings.database_owner_url


def lay_history(slugs: Sequence[str]) -> None:
    """Move the gifts of these branches to their days, with receipts, series, trail and entries.

    All of them or, when anything fails, none. Totals must be built again afterwards.
    """
    with psycopg.connect(owner_url()) as owner:
        owner.execute("SELECT set_config('demo.slugs', %s, true)", (",".join(slugs),))
        owner.execute(HISTORY.encode())


def tidy_tables() -> None:
    """Let the planner know what was seeded, and free what the seeding left behind."""
    with psycopg.connect(owner_url(), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
