"""Audience: other software, by token."""

from flask import Flask

from app.api import banks, entries, funds, me, openapi, receipts, totals
from app.api.document import documented
from app.api.donations import views as donations
from app.api.refusals import Unfit, on_unfit
from app.web.form_tokens import csrf

RESOURCES = (me, funds, donations, receipts, entries, banks, totals, openapi)


def install(app: Flask) -> None:
    """Register the audience's blueprints and its document. A token is no cookie: CSRF cannot be."""
    api = documented(app)
    for resource in RESOURCES:
        csrf.exempt(resource.bp)
        api.register_blueprint(resource.bp)
    app.extensions["openapi"] = api.spec.to_dict()
    app.register_error_handler(Unfit, on_unfit)
