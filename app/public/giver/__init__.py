"""A giver's own page, opened by a signed link; no account, no password."""

from app.public.giver import page, papers, wanted, withdrawal
from app.public.giver.blueprint import bp

__all__ = ["bp", "page", "papers", "wanted", "withdrawal"]
