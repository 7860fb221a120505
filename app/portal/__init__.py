"""Audience: people of a branch who signed in."""

from flask import Flask


def install(app: Flask) -> None:
    """Register the audience's blueprints."""
