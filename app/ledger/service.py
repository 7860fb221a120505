"""Verbs of the book. It does not know what a donation is; every entry names its cause."""

from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.db.direct import jsonb
from app.kernel.errors import Conflict, marked
from app.kernel.ids import uuid7
from app.ledger.chart import CHART
from app.ledger.entries import NewEntry

CLOSE: Final = """
    INSERT INTO periods (first_day, last_day, state)
    VALUES (:first, :last, :state)
    ON CONFLICT ON CONSTRAINT periods_pkey DO UPDATE SET state = :state, changed_at = now()
    WHERE periods.last_day = :last AND periods.state <> :state
"""


def install_chart(session: Session) -> None:
    """Lay the chart of accounts of the scope's branch; laying it again changes nothing."""
    session.execute(
        text(
            "INSERT INTO ledger_accounts (code, name, kind) VALUES (:code, :name, :kind)"
            " ON CONFLICT DO NOTHING",
        ),
        [{"code": line.code, "name": line.name, "kind": line.kind} for line in CHART],
    )


def post_entry(session: Session, entry: NewEntry) -> None:
    """Post one balanced entry in one statement.

    Raises:
        PeriodClosed: its date lies in a closed period. An unbalanced entry is a fault of ours.
    """
    session.execute(
        text("SELECT post_entries(CAST(:entries AS jsonb))"),
        {"entries": jsonb([entry.as_json()])},
    )


def hold_postings(session: Session) -> None:
    """Wait for what is being posted to the scope's branch; until we end, nothing more is posted."""
    session.execute(
        text(
            "SELECT pg_advisory_xact_lock(hashtext('periods'), hashtext(current_branch()::text))",
        ),
    )


def close_period(session: Session, first_day: date, last_day: date) -> None:
    """Close the days from first to last, both included: no entry dated in them is accepted.

    Raises:
        Conflict: they overlap another period, or are closed already.
    """
    _set_state(session, first_day, last_day, state="closed")


def reopen_period(session: Session, first_day: date, last_day: date) -> None:
    """Open a closed period again.

    Raises:
        Conflict: there is no such closed period.
    """
    _set_state(session, first_day, last_day, state="open")


def _set_state(session: Session, first_day: date, last_day: date, *, state: str) -> None:
    hold_postings(session)
    clash = session.execute(
        text(
            "SELECT FROM periods WHERE daterange(first_day, last_day, '[]')"
            " && daterange(:first, :last, '[]')"
            " AND NOT (first_day = :first AND last_day = :last AND state <> :state)",
        ),
        {"first": first_day, "last": last_day, "state": state},
    ).first()
    if clash is not None:
        raise Conflict(marked("Kỳ này trùng với một kỳ khác hoặc đã ở trạng thái đó."))
    session.execute(text(CLOSE), {"first": first_day, "last": last_day, "state": state})
    audit.record(session, f"periods.{state}", uuid7())
