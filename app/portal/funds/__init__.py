"""Funds and their entries."""

from app.portal.funds.views import bp

__all__ = ["bp"]
