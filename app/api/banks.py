"""Bank accounts and lines, for software that keeps books beside ours."""

from dataclasses import asdict
from enum import StrEnum
from typing import Any, Final

from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.accounts.permissions import Permission
from app.api.answers import (
    DEFAULT_LIMIT,
    Closed,
    ListQuery,
    instant,
    page,
    page_of_all,
    page_schema,
)
from app.api.document import Answer, Resource, described
from app.api.fields import Choice, Id
from app.api.intake import Reader, query, told_to_the_bearer
from app.api.ranges import RangeQuery, range_of
from app.banking.commands import LineSide
from app.banking.queries import AccountView, LineFilter, LineView, accounts, lines
from app.web.access import requires_token
from app.web.transactions import reading

bp = Resource("bank")


class LineState(StrEnum):
    """Whether something of a line still waits for somebody to say whose it is."""

    OPEN = "open"
    MATCHED = "matched"


class LineQuery(RangeQuery):
    """Which lines: by day, account and state."""

    account_id = Id()
    state = Choice(LineState)


class BankAccount(Closed):
    """An account of the branch; donors are asked to pay into it once it is verified."""

    id = fields.UUID(required=True)
    bank = fields.String(required=True, metadata={"pattern": "^[0-9]{6}$"})
    number = fields.String(required=True)
    holder = fields.String(required=True)
    opened_on = fields.Date(required=True)
    closed_on = fields.Date(required=True, allow_none=True)
    verified_on = fields.Date(required=True, allow_none=True)


class BankLine(Closed):
    """A movement on an account; `open_amount` of it, in đồng, waits in suspense."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True)
    account_number = fields.String(required=True)
    side = fields.String(required=True, metadata={"enum": [side.value for side in LineSide]})
    amount = fields.Integer(required=True)
    open_amount = fields.Integer(required=True)
    day = fields.Date(required=True)
    at = fields.DateTime(required=True, allow_none=True)
    description = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)
    counter_name = fields.String(required=True, allow_none=True)
    counter_account = fields.String(required=True, allow_none=True)


LIST_QUERY: Final = Reader(ListQuery)
LINE_QUERY: Final = Reader(LineQuery)


@bp.get("/bank-accounts")
@requires_token(Permission.BANK_VIEW)
@described(
    {200: Answer("Accounts, open ones first", page_schema("BankAccounts", BankAccount))},
    query=ListQuery,
)
def bank_accounts() -> ResponseReturnValue:
    """Accounts of the branch."""
    with told_to_the_bearer():
        asked = LIST_QUERY.read(query())
    with reading() as session:
        return page_of_all(accounts(session), asked, write=_account)


@bp.get("/bank-lines")
@requires_token(Permission.BANK_VIEW)
@described(
    {200: Answer("Lines, newest day first", page_schema("BankLines", BankLine))}, query=LineQuery
)
def bank_lines() -> ResponseReturnValue:
    """Movements on the branch's accounts, by whoever told of them, each once."""
    with told_to_the_bearer():
        asked = LINE_QUERY.read(query())
        first, last = range_of(asked)
    state, limit = asked.get("state"), asked.get("limit", DEFAULT_LIMIT)
    wanted = LineFilter(
        account_id=asked.get("account_id"),
        is_open=None if state is None else state == LineState.OPEN,
        first=first,
        last=last,
        after=asked.get("cursor"),
        at_most=limit + 1,
    )
    with reading() as session:
        found = lines(session, wanted)
    return page(found, limit, write=_line, key=lambda line: (line.day, line.id))


def _account(account: AccountView) -> dict[str, Any]:
    days = ("opened_on", "closed_on", "verified_on")
    told = {name: getattr(account, name) for name in ("id", "bank", "number", "holder")}
    return told | {
        name: day.isoformat() if (day := getattr(account, name)) else None for name in days
    }


def _line(line: LineView) -> dict[str, Any]:
    return asdict(line) | {
        "day": line.day.isoformat(),
        "at": instant(line.at) if line.at else None,
    }
