"""The journal: entries with their postings."""

from typing import Any, Final

from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.accounts.permissions import Permission
from app.api.answers import DEFAULT_LIMIT, Closed, instant, page, page_schema
from app.api.document import Answer, Resource, described
from app.api.intake import Reader, query, told_to_the_bearer
from app.api.ranges import RangeQuery, range_of
from app.ledger.entries import Side
from app.ledger.queries import EntryFilter, EntryView, entries
from app.web.access import requires_token
from app.web.transactions import reading

bp = Resource("entries")


class Posting(Closed):
    """One line: a positive amount on a side."""

    account = fields.String(required=True)
    account_name = fields.String(required=True)
    side = fields.String(required=True, metadata={"enum": [side.value for side in Side]})
    amount = fields.Integer(required=True, metadata={"minimum": 1})
    fund_id = fields.UUID(required=True, allow_none=True)


class Entry(Closed):
    """One journal entry; `source_kind` and `source_id` name its cause."""

    id = fields.UUID(required=True)
    dated_on = fields.Date(required=True)
    posted_at = fields.DateTime(required=True)
    source_kind = fields.String(required=True)
    source_id = fields.UUID(required=True)
    reverses_id = fields.UUID(required=True, allow_none=True)
    postings = fields.List(fields.Nested(Posting), required=True)


ENTRY_QUERY: Final = Reader(RangeQuery)


@bp.get("/entries")
@requires_token(Permission.ENTRIES_VIEW)
@described({200: Answer("Entries, newest first", page_schema("Entries", Entry))}, query=RangeQuery)
def index() -> ResponseReturnValue:
    """Journal entries with their postings, newest first."""
    with told_to_the_bearer():
        asked = ENTRY_QUERY.read(query())
        first, last = range_of(asked)
    limit = asked.get("limit", DEFAULT_LIMIT)
    wanted = EntryFilter(first, last, after=asked.get("cursor"), at_most=limit + 1)
    with reading() as session:
        found = entries(session, wanted)
    return page(found, limit, write=_entry, key=lambda entry: (entry.dated_on, entry.id))


def _entry(entry: EntryView) -> dict[str, Any]:
    return {
        "id": entry.id,
        "dated_on": entry.dated_on.isoformat(),
        "posted_at": instant(entry.posted_at),
        "source_kind": entry.source_kind,
        "source_id": entry.source_id,
        "reverses_id": entry.reverses_id,
        "postings": [
            {
                "account": line.account,
                "account_name": line.account_name,
                "side": line.side,
                "amount": line.amount,
                "fund_id": line.fund_id,
            }
            for line in entry.postings
        ],
    }
