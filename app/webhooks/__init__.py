"""Audience: machines that tell of money. What is proved theirs is kept, and read by the worker."""

from flask import Flask

from app.web.form_tokens import csrf
from app.webhooks import banks, stripe

ADDRESSES = (banks, stripe)


def install(app: Flask) -> None:
    """Register the addresses. A signature is no cookie: CSRF cannot be."""
    for address in ADDRESSES:
        csrf.exempt(address.bp)
        app.register_blueprint(address.bp)
