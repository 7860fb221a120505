"""A giver's own page, opened by a signed link; no account, no password."""

from app.public.giver import card_link, emails, page, papers, plans, wanted, withdrawal
from app.public.giver.blueprint import bp

__all__ = ["bp", "card_link", "emails", "page", "papers", "plans", "wanted", "withdrawal"]
