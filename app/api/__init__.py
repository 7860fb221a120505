"""Audience: other software, by token."""

from flask import Flask


def install(app: Flask) -> None:
    """Register the audience's blueprints."""
