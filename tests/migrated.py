"""Migrations, run as the product runs them: by Flask-Migrate, as the owner."""

import flask_migrate

from app.db.base import close_connections
from app.factory import create_app
from config.settings import Settings


def migrate(settings: Settings, direction: str, revision: str | None = None) -> None:
    """Take the database of `settings` up or down; the default is all the way."""
    app = create_app(settings)
    with app.app_context():
        if direction == "upgrade":
            flask_migrate.upgrade(revision=revision or "head")
        else:
            flask_migrate.downgrade(revision=revision or "base")
        close_connections()
