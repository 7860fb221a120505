"""Totals of the branch and of those below it: numbers, never people (D7)."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Permission
from app.branches.queries import line_below
from app.portal.totals.figures import key_figures
from app.portal.totals.headings import headings
from app.portal.totals.place import Place
from app.portal.totals.report import Report, report_of
from app.web import year_charts
from app.web.access import requires
from app.web.transactions import reading

bp = Blueprint("totals", __name__, url_prefix="/tong-hop")

year_charts.install(bp)


@bp.get("")
@requires(Permission.TOTALS_VIEW)
def show(slug: str) -> ResponseReturnValue:
    """The branch's own report; without branches below there is nothing to add up."""
    if not g.has_lower_branches:
        return render_template("portal/totals/alone.html")
    with reading() as session:
        report = report_of(session, g.branch, request.args)
        return _page(report, Place([g.branch]))


@bp.get("/<lower_slug>")
@requires(Permission.TOTALS_VIEW)
def lower(slug: str, lower_slug: str) -> ResponseReturnValue:
    """The report of a branch below; any other one is told like one that does not exist."""
    with reading() as session:
        line = line_below(session, g.branch.id, lower_slug)
        report = report_of(session, line[-1], request.args)
        return _page(report, Place(line))


def _page(report: Report, place: Place) -> str:
    return render_template(
        "portal/totals/show.html",
        report=report,
        place=place,
        main_figures=key_figures(report),
        headings=headings(report, place.here),
    )
