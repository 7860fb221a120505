"""The branch's front page: today's gifts, what waits, what the funds hold."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Permission
from app.funds.queries import funds
from app.kernel.clock import today
from app.portal.branch import may
from app.portal.funds.standings import standings
from app.portal.home.day import date_line, day_of
from app.portal.home.months import months_of
from app.web.access import requires
from app.web.transactions import reading

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.BRANCH_VIEW)
def show(slug: str) -> ResponseReturnValue:
    """Today, the funds and the year: as much of them as the person's roles may see."""
    day = today()
    with reading() as session:
        return render_template(
            "portal/home/show.html",
            date_line=date_line(day),
            day=day_of(session, day) if may(Permission.DONATIONS_VIEW) else None,
            has_lower=g.has_lower_branches,
            standings=standings(funds(session)) if may(Permission.FUNDS_VIEW) else None,
            months=months_of(session, g.branch) if may(Permission.TOTALS_VIEW) else None,
        )
