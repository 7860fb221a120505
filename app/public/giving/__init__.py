"""Giving without an account: what one wishes to give, how to pay it, and whether it has come."""

from app.public.giving import card, offer, prove, record
from app.public.giving.blueprint import bp

__all__ = ["bp", "card", "offer", "prove", "record"]
