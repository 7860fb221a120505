"""The blueprint of givers' own pages, and for whom their transactions act."""

from typing import Final
from uuid import UUID

from flask import Blueprint, current_app

from app.db.scope import BranchScope
from app.giving.links import Link, Opens, opened

bp = Blueprint("giver", __name__)

# The actor of what a giver does by his link.
GIVER: Final = UUID("00000000-0000-7000-8000-0000000091fe")


def link_of(opens: Opens, token: str) -> Link:
    """The link that the address is.

    Raises:
        NotFound: it opens nothing, or no longer.
    """
    return opened(opens, token, current_app.extensions["settings"].secret_key)


def scope_of(link: Link) -> BranchScope:
    """The scope of who holds a link: its branch; the views read what the link names alone."""
    return BranchScope(link.home, GIVER)
