"""flask <feature> <verb>: each a unit of work around one service call."""

from flask import Flask


def install(app: Flask) -> None:
    """Register the audience's blueprints."""
