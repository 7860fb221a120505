"""The web kit shared by every audience: scopes, forms, errors, filters, pages."""

from flask import Flask

from config.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Give the application its web kit."""
    app.secret_key = settings.secret_key
