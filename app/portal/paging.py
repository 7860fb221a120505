"""Lists by key: which part is shown, and the addresses of the next part and of the first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import request

from app.kernel.errors import NotFound, marked

T = TypeVar("T")

PART_SIZE: Final = 50
ONE_MORE: Final = PART_SIZE + 1
"""How many rows to ask for: the one more tells that there is a next part."""

CURSOR: Final = "sau"
NO_SUCH_PART: Final = marked("Không tìm thấy phần này của danh sách.")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """The rows of one page and where the list goes on; None at its ends."""

    rows: Sequence[T]
    next: str | None
    first: str | None


def part(found: Sequence[T], cursor: Callable[[T], str]) -> Part[T]:
    """Cut what was found (ONE_MORE rows at most) to a page; `cursor` writes the place of a row."""
    rows = found[:PART_SIZE]
    has_more = len(found) > PART_SIZE
    return Part(
        rows,
        next=address(**{CURSOR: cursor(rows[-1])}) if has_more else None,
        first=address(**{CURSOR: None}) if CURSOR in request.args else None,
    )


def address(**changes: str | None) -> str:
    """The present address with these values of its query changed; None leaves one out."""
    wanted = {**request.args.to_dict(), **changes}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"{request.path}?{query}" if query else request.path


def dated_cursor(day: date, row_id: UUID) -> str:
    """The place of a row in a list by day and id."""
    return f"{day.isoformat()}_{row_id}"


def dated_place() -> tuple[date, UUID] | None:
    """The place that the request's cursor names, or None at the beginning.

    Raises:
        NotFound: it names none.
    """
    day, _, row_id = request.args.get(CURSOR, "").partition("_")
    if not day:
        return None
    try:
        return date.fromisoformat(day), UUID(row_id)
    except ValueError as error:
        raise NotFound(NO_SUCH_PART) from error


def id_place() -> UUID | None:
    """The row that the request's cursor names, or None at the beginning.

    Raises:
        NotFound: it is no id.
    """
    row_id = request.args.get(CURSOR)
    return id_of(row_id) if row_id else None


def id_of(text: str) -> UUID:
    """An id from an address or a hidden field.

    Raises:
        NotFound: it is no id, which is told like an id that names nothing.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(NO_SUCH_PART) from error
