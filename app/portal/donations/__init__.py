"""Gifts: record one, find one, take one back."""

from app.portal.donations.views import bp

__all__ = ["bp"]
