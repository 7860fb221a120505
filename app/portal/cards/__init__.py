"""Gifts by card: what was paid, what went back, and what a payer's bank disputes."""

from app.portal.cards import listing, payment
from app.portal.cards.blueprint import bp

__all__ = ["bp", "listing", "payment"]
