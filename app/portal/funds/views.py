"""Funds: what each holds, and the entries that made it so."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.permissions import Permission
from app.funds.queries import FundView, all_funds, get_fund
from app.portal.branch import may
from app.portal.funds.journal import journal_of
from app.portal.funds.standings import standings
from app.web.access import requires
from app.web.filters import money
from app.web.transactions import reading

bp = Blueprint("funds", __name__, url_prefix="/quy")


@bp.get("/")
@requires(Permission.FUNDS_VIEW)
def index(slug: str) -> ResponseReturnValue:
    """All funds of the branch and what they hold together."""
    with reading() as session:
        return render_template("portal/funds/index.html", standings=standings(all_funds(session)))


@bp.get("/<uuid:fund_id>")
@requires(Permission.FUNDS_VIEW)
def show(slug: str, fund_id: UUID) -> ResponseReturnValue:
    """One fund: its standing, and its entries for those who may read the book."""
    with reading() as session:
        fund = get_fund(session, fund_id)
        sees_people = may(Permission.DONATIONS_VIEW)
        return render_template(
            "portal/funds/show.html",
            fund=fund,
            figures=figures_of(fund),
            journal=journal_of(session, fund.id, with_givers=sees_people)
            if may(Permission.ENTRIES_VIEW)
            else None,
        )


def figures_of(fund: FundView) -> list[dict[str, str]]:
    """The fund's standing as the three figures of the page."""
    return [
        {"label": gettext("Số dư"), "figure": money(fund.balance)},
        {
            "label": gettext("Đã giữ"),
            "figure": money(fund.reserved),
            "note": gettext("cho các quyết định chưa chi"),
        },
        {"label": gettext("Còn dùng được"), "figure": money(fund.available)},
    ]
