"""Totals of the branch, and for upper levels of everything below it: numbers, never people."""

from enum import StrEnum
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.accounts.permissions import Permission
from app.api.answers import Closed, instant
from app.api.document import Answer, Resource, described
from app.api.fields import Choice, Choices
from app.api.intake import Reader, query, told_to_the_bearer
from app.api.ranges import DaysQuery, range_of
from app.donations.commands import Source
from app.kernel.days import FIRST_DAY, LAST_DAY
from app.rollups.queries import Total, TotalsQuestion, as_of, totals
from app.web.access import requires_token
from app.web.transactions import reading

bp = Resource("totals")


class Split(StrEnum):
    """By what totals may be split."""

    BRANCH = "branch"
    MONTH = "month"
    SOURCE = "source"


class Reach(StrEnum):
    """The branch's own book, or its whole tree."""

    OWN = "own"
    TREE = "tree"


class TotalsQuery(DaysQuery):
    """Which days, split by what, how far down."""

    by = Choices(Split)
    scope = Choice(Reach)


class TotalItem(Closed):
    """One sum in đồng, goods included; the parts that were asked for name it."""

    branch = fields.String(metadata={"description": "slug"})
    month = fields.String(metadata={"description": "2026-11"})
    source = fields.String(metadata={"enum": [source.value for source in Source]})
    amount = fields.Integer(required=True)
    count = fields.Integer(required=True)
    in_kind_amount = fields.Integer(required=True)


class Totals(Closed):
    """Every gift that was answered before `as_of` is in the sums."""

    as_of = fields.DateTime(required=True)
    items = fields.List(fields.Nested(TotalItem), required=True)


TOTALS_QUERY: Final = Reader(TotalsQuery)


@bp.get("/totals")
@requires_token(Permission.TOTALS_VIEW)
@described({200: Answer("Sums and since when they hold", Totals)}, query=TotalsQuery)
def index() -> ResponseReturnValue:
    """Totals over days, split by branch, month or source."""
    with told_to_the_bearer():
        asked = TOTALS_QUERY.read(query())
        first, last = range_of(asked)
    question = TotalsQuestion(
        first=first or FIRST_DAY,
        last=last or LAST_DAY,
        by=tuple(asked.get("by", ())),
        reach=asked.get("scope", Reach.OWN),
    )
    with reading() as session:
        sums = [_item(total) for total in totals(session, question)]
        return jsonify(as_of=instant(as_of(session)), items=sums)


def _item(total: Total) -> dict[str, Any]:
    parts = {"branch": total.branch, "month": total.month, "source": total.source}
    return {name: part for name, part in parts.items() if part is not None} | {
        "amount": total.amount,
        "count": total.gift_count,
        "in_kind_amount": total.in_kind_amount,
    }
