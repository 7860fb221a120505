"""Runs migrations as the owner role: one at a time, short lock waits, one transaction each."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, make_url, text

MIGRATING = 0x4B48  # advisory lock key: two deploys never migrate at once


def run_migrations() -> None:
    """Bring the schema of the owner's database to the asked revision."""
    settings = current_app.extensions["settings"]
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATING})
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=None,
            transaction_per_migration=True,
            app_role=make_url(settings.database_url).username,
        )
        with context.begin_transaction():
            context.run_migrations()
    owner.dispose()


run_migrations()
