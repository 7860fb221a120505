"""Audience: machines that tell of money. What is proved theirs is kept, and read by the worker."""

from flask import Flask

from app.web.form_tokens import csrf
from app.webhooks import banks


def install(app: Flask) -> None:
    """Register the audience's blueprints. A signature is no cookie: CSRF cannot be."""
    csrf.exempt(banks.bp)
    app.register_blueprint(banks.bp)
