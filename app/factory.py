"""create_app: registers audiences, tools and commands; no logic."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from app import api, cli, portal, public, web, webhooks
from app.db.base import database, init_database
from app.payments.provider import card_provider
from app.storage import FileStore
from app.web.json_answers import JsonAnswers
from config.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


class Application(Flask):
    """Flask whose functions are no coroutines: asking each of them cost a gift 4 % of its time."""

    json_provider_class = JsonAnswers

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(settings: Settings) -> Flask:
    """The application for these settings.

    Raises:
        UnsafeRole: at the first connection, when the database role could look past the policies.
    """
    app = Application(
        "quy_khuyen_hoc",
        root_path=str(ROOT / "app"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "app" / "static"),
    )
    app.extensions["settings"] = settings
    app.extensions["files"] = FileStore(settings.home / "files")
    app.extensions["card_payments"] = card_provider(
        settings.stripe_api_key, settings.stripe_webhook_secret, api_base=settings.stripe_api_base
    )
    init_database(app, url=settings.database_url)
    Migrate(app, database, directory=str(ROOT / "migrations"))
    web.install(app, settings)
    public.install(app)
    portal.install(app)
    api.install(app)
    webhooks.install(app)
    cli.install(app)
    return app
