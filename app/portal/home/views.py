"""The branch's front page: today's gifts, what waits, what the funds hold."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Permission
from app.funds.queries import funds
from app.web.access import requires
from app.web.transactions import reading

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.BRANCH_VIEW)
def show(slug: str) -> ResponseReturnValue:
    """Today and the funds."""
    with reading() as session:
        return render_template("portal/home/show.html", funds=funds(session))
