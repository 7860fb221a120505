"""Audience: people of a branch who signed in. Everything lives under /b/<slug>/."""

from flask import Flask

from app.kernel.errors import NotSignedIn
from app.portal import (
    account,
    bank,
    cards,
    documents,
    donations,
    donors,
    funds,
    home,
    sign_in,
    totals,
)
from app.portal.branch import portal

for part in (home, donations, donors, bank, cards, funds, totals, documents, account):
    portal.register_blueprint(part.bp)


def install(app: Flask) -> None:
    """Register the audience's blueprints."""
    app.register_blueprint(sign_in.bp)
    app.register_blueprint(portal)
    app.register_error_handler(NotSignedIn, sign_in.sign_in_first)
