"""How the API writes what it answers: instants with their zone, creations, pages of lists."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from flask import Response, jsonify
from marshmallow import RAISE, Schema, fields

from app.api.fields import NOT_A_CURSOR, Cursor, Limit, cursor_of, id_of
from app.kernel.clock import local
from app.kernel.errors import Invalid

T = TypeVar("T")
Known = TypeVar("Known", bound="HasId")
DEFAULT_LIMIT: Final = 50


class Closed(Schema):
    """A schema that has no other fields than those it names."""

    class Meta:
        """Unknown fields are refused, and the document says so."""

        unknown = RAISE


class ListQuery(Closed):
    """How much of a list, and from where; for lists in the order of the database."""

    limit = Limit()
    cursor = Cursor(id_of)


def page_schema(name: str, item: type[Schema]) -> type[Schema]:
    """The schema of a list of `item`."""
    return Closed.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
        name=name,
    )


def page(
    found: Sequence[T],
    limit: int,
    *,
    write: Callable[[T], dict[str, Any]],
    key: Callable[[T], tuple[object, ...]],
) -> Response:
    """A page of at most `limit` items; `found` holds one more when there is a next page."""
    shown = found[:limit]
    following = cursor_of(*key(shown[-1])) if len(found) > limit else None
    return jsonify(items=[write(item) for item in shown], next=following)


class HasId(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> UUID:
        """Its id."""


def page_of_all(
    found: Sequence[Known], asked: Mapping[str, Any], *, write: Callable[[Known], dict[str, Any]]
) -> Response:
    """A page of a list that is short enough to be read whole; the cursor holds an id of it."""
    start = 0
    if cursor := asked.get("cursor"):
        places = {item.id: place for place, item in enumerate(found, start=1)}
        if cursor[0] not in places:
            raise Invalid("cursor", NOT_A_CURSOR)
        start = places[cursor[0]]
    limit = asked.get("limit", DEFAULT_LIMIT)
    return page(found[start:], limit, write=write, key=lambda item: (item.id,))


def created(answer: dict[str, Any], *, at: str, is_new: bool) -> Response:
    """The answer to a creation at path `at`, the same at every retry of the same request."""
    response = jsonify(answer)
    response.headers["Location"] = at
    if is_new:
        response.status_code = 201
    else:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def instant(moment: datetime) -> str:
    """An instant on Hà Nội's clock, with its zone: 2026-11-02T09:30:00.123456+07:00."""
    return local(moment).isoformat()
