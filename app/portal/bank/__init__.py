"""Money at the bank: lines that wait, statements, accounts, and the book against the bank."""

from app.portal.bank import (
    accounts,
    lines,
    listing,
    poster,
    reconciliation,
    statements,
    told_twice,
    verification,
)
from app.portal.bank.blueprint import bp

__all__ = [
    "accounts",
    "bp",
    "lines",
    "listing",
    "poster",
    "reconciliation",
    "statements",
    "told_twice",
    "verification",
]
