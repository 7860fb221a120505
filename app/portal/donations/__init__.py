"""Gifts: record one, find one, print its receipt, take it back."""

from app.portal.donations import letters, listing, papers, record, reversal, show
from app.portal.donations.blueprint import bp

__all__ = ["bp", "letters", "listing", "papers", "record", "reversal", "show"]
