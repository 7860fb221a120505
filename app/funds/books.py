"""The books of a branch, laid when it opens: chart of accounts and its general fund."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.funds.service import Restriction, open_fund
from app.ledger.service import install_chart

GENERAL_FUND: Final = "CHUNG"


def open_books(session: Session, *, opened_on: date) -> UUID:
    """Lay the scope's branch a chart of accounts and the general fund; returns the fund's id.

    Safe to repeat: books that are there stay as they are.
    """
    install_chart(session)
    laid = session.execute(
        text("SELECT id FROM funds WHERE code = :code"), {"code": GENERAL_FUND}
    ).scalar_one_or_none()
    return laid or open_fund(
        session,
        code=GENERAL_FUND,
        name="Quỹ chung",
        restriction=Restriction.UNRESTRICTED,
        opened_on=opened_on,
    )
