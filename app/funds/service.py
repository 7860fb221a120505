"""Verbs of funds and drives."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app import audit
from app.funds.models import Drive, Fund
from app.kernel.ids import uuid7


class Restriction(StrEnum):
    """What a fund's money may be used for: anything, its purpose, or only its yield."""

    UNRESTRICTED = "unrestricted"
    PURPOSE = "purpose"
    ENDOWMENT = "endowment"


@dataclass(frozen=True, slots=True)
class OpenDrive:
    """An appeal from `starts_on` to `ends_on` (None while open-ended), target in đồng."""

    fund_id: UUID
    name: str
    starts_on: date
    ends_on: date | None = None
    target_amount: int | None = None


def open_fund(
    session: Session, *, code: str, name: str, restriction: Restriction, opened_on: date
) -> UUID:
    """Open a fund of the scope's branch and return its id; the code is unique in the branch."""
    fund_id = uuid7()
    session.execute(
        insert(Fund).values(
            id=fund_id, code=code, name=name, restriction=restriction, opened_on=opened_on
        ),
    )
    session.execute(text("INSERT INTO fund_balances (fund_id) VALUES (:id)"), {"id": fund_id})
    audit.record(session, "funds.opened", fund_id)
    return fund_id


def open_drive(session: Session, command: OpenDrive) -> UUID:
    """Open a drive for a fund of the scope's branch and return its id."""
    drive_id = uuid7()
    session.execute(
        insert(Drive).values(
            id=drive_id,
            fund_id=command.fund_id,
            name=command.name,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            target_amount=command.target_amount,
        ),
    )
    audit.record(session, "drives.opened", drive_id)
    return drive_id
