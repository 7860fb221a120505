"""Audience: everybody, without signing in. Totals, funds and receipts; never a person (D7)."""

from flask import Flask

from app.public import giver, giving, pages, verification


def install(app: Flask) -> None:
    """Register the audience's blueprints."""
    app.register_blueprint(pages.bp)
    app.register_blueprint(giving.bp)
    app.register_blueprint(giver.bp)
    app.register_blueprint(verification.bp)
