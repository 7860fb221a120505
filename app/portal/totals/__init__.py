"""Totals of the branch and of those below it."""

from app.portal.totals.views import bp

__all__ = ["bp"]
