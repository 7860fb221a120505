"""The branch's front page: today's gifts, what waits, what the funds hold."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.permissions import Permission
from app.funds.queries import funds
from app.kernel.clock import today
from app.portal.branch import may
from app.portal.funds.standings import standings
from app.portal.home.day import Day, date_line, day_of
from app.portal.home.months import Months, months_of
from app.web.access import requires
from app.web.branch_names import branch_name
from app.web.transactions import reading

bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """The answer that the page opens with, and the line below it."""

    title: str
    lead: str


@bp.get("/")
@requires(Permission.BRANCH_VIEW)
def show(slug: str) -> ResponseReturnValue:
    """Today, the funds and the year: as much of them as the person's roles may see."""
    with reading() as session:
        day = day_of(session, today()) if may(Permission.DONATIONS_VIEW) else None
        months = months_of(session, g.branch) if may(Permission.TOTALS_VIEW) else None
        return render_template(
            "portal/home/show.html",
            opening=opening(day, months),
            date_line=date_line(today()),
            day=day,
            has_lower=g.has_lower_branches,
            standings=standings(funds(session)) if may(Permission.FUNDS_VIEW) else None,
            months=months,
        )


def opening(day: Day | None, months: Months | None) -> Opening:
    """The day for who sees gifts; else what the branch and those below raised; else its name."""
    if day:
        return Opening(day.headline, day.made_of)
    if months and g.has_lower_branches:
        return Opening(months.tree, gettext("Đơn vị và các đơn vị trực thuộc"))
    return Opening(branch_name(g.branch.name), "")
