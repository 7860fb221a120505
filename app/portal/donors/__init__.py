"""Givers of the branch."""

from app.portal.donors.views import bp

__all__ = ["bp"]
