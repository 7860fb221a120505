"""The book against the bank, a month at a time (đối chiếu sao kê)."""

from datetime import date, timedelta
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Permission
from app.banking.closings import closings, month_end
from app.banking.reconciliation import missing_lines, reconciled_days, unanswered_transfers
from app.donations.queries import get_donation
from app.kernel.clock import today
from app.kernel.errors import NotFound
from app.portal.bank.blueprint import bp
from app.portal.bank.verdicts import result_of, verdict_of
from app.portal.paging import NO_SUCH_PART
from app.web.access import requires
from app.web.transactions import reading

SHOWN: Final = 50


@bp.get("/doi-chieu")
@requires(Permission.BANK_VIEW)
def reconciliation(slug: str) -> ResponseReturnValue:
    """Every day of the month ?thang=2026-10 on which money moved, and what is not explained."""
    first = month_asked()
    last = next_month(first) - timedelta(days=1)
    with reading() as session:
        days = reconciled_days(session, first, last)
        ends = closings(session, first, last)
        missing = missing_lines(session, first, last)
        unanswered = unanswered_transfers(session, first, last)
        return render_template(
            "portal/bank/reconciliation.html",
            first=first,
            agreed=[(day, result_of(day)) for day in days if day.is_agreed],
            others=[(day, result_of(day)) for day in days if not day.is_agreed],
            verdict=verdict_of(days, ends),
            closings=ends,
            end=month_end(session, min(last, today())),
            missing=missing[:SHOWN],
            missing_count=len(missing),
            unanswered=[get_donation(session, each) for each in unanswered[:SHOWN]],
            unanswered_count=len(unanswered),
            before=(first - timedelta(days=1)).replace(day=1),
            after=next_month(first) if next_month(first) <= today() else None,
        )


def month_asked() -> date:
    """The first day of the month that the address names, or of the present one.

    Raises:
        NotFound: it names none.
    """
    asked = request.args.get("thang")
    if asked is None:
        return today().replace(day=1)
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise NotFound(NO_SUCH_PART) from error


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)
