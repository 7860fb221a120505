"""The blueprint of givers' own pages, and for whom their transactions act."""

from typing import Final
from uuid import UUID

from flask import Blueprint, current_app

from app.db.scope import BranchScope
from app.giving.links import Link, Opens, opened
from app.giving.own_emails import refuse_ended
from app.web.transactions import reading

bp = Blueprint("giver", __name__)

# The actor of what a giver does by his link.
GIVER: Final = UUID("00000000-0000-7000-8000-0000000091fe")


def link_of(opens: Opens, token: str) -> Link:
    """The link that the address is.

    Raises:
        NotFound: it opens nothing, or no longer.
    """
    return opened(opens, token, current_app.extensions["settings"].secret_key)


def page_link(token: str) -> Link:
    """The link to a giver's page that the address is.

    Raises:
        NotFound: it opens nothing, or no longer; it does not once another e-mail was confirmed.
    """
    link = link_of(Opens.GIVER, token)
    with reading(scope_of(link)) as session:
        refuse_ended(session, link)
    return link


def scope_of(link: Link) -> BranchScope:
    """The scope of who holds a link: its branch; the views read what the link names alone."""
    return BranchScope(link.home, GIVER)
