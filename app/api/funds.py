"""Funds with their standing, and the drives that are open."""

from dataclasses import asdict
from typing import Any, Final

from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.accounts.permissions import Permission
from app.api.answers import Closed, ListQuery, page_of_all, page_schema
from app.api.document import Answer, Resource, described
from app.api.intake import Reader, query, told_to_the_bearer
from app.funds.queries import DriveView, FundView, funds, open_drives
from app.funds.service import Restriction
from app.web.access import requires_token
from app.web.transactions import reading

bp = Resource("funds")
LIST_QUERY: Final = Reader(ListQuery)


class Fund(Closed):
    """A fund and what it holds, in đồng."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    restriction = fields.String(
        required=True, metadata={"enum": [restriction.value for restriction in Restriction]}
    )
    balance = fields.Integer(required=True)
    reserved = fields.Integer(required=True)
    available = fields.Integer(required=True)


class Drive(Closed):
    """A drive (đợt vận động) that takes gifts today; target in đồng."""

    id = fields.UUID(required=True)
    fund_id = fields.UUID(required=True)
    name = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    target_amount = fields.Integer(required=True, allow_none=True)


@bp.get("/funds")
@requires_token(Permission.FUNDS_VIEW)
@described({200: Answer("Open funds by code", page_schema("Funds", Fund))}, query=ListQuery)
def index() -> ResponseReturnValue:
    """Open funds by code."""
    with told_to_the_bearer():
        asked = LIST_QUERY.read(query())
    with reading() as session:
        return page_of_all(funds(session), asked, write=_fund)


@bp.get("/drives")
@requires_token(Permission.FUNDS_VIEW)
@described(
    {200: Answer("Open drives, newest first", page_schema("Drives", Drive))}, query=ListQuery
)
def drives() -> ResponseReturnValue:
    """Drives that take gifts today, newest first."""
    with told_to_the_bearer():
        asked = LIST_QUERY.read(query())
    with reading() as session:
        return page_of_all(open_drives(session), asked, write=_drive)


def _fund(fund: FundView) -> dict[str, Any]:
    return asdict(fund)


def _drive(drive: DriveView) -> dict[str, Any]:
    return asdict(drive) | {
        "starts_on": drive.starts_on.isoformat(),
        "ends_on": drive.ends_on.isoformat() if drive.ends_on else None,
    }
