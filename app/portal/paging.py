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
SHEETS_SIZE: Final = 1000
"""Rows of a part that is asked for to be printed: some thirty sheets."""

CURSOR: Final = "sau"
TO_PRINT: Final = "in"
NO_SUCH_PART: Final = marked("Không tìm thấy phần này của danh sách.")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """The rows of one page and where the list goes on; None at its ends.

    `whole` leads to the list in one piece, to be printed; None where it stands so already.
    """

    rows: Sequence[T]
    next: str | None
    first: str | None
    whole: str | None


def size() -> int:
    """How many rows a part has."""
    return SHEETS_SIZE if TO_PRINT in request.args else PART_SIZE


def one_more() -> int:
    """How many rows to ask for: the one more tells that there is a next part."""
    return size() + 1


def part(found: Sequence[T], cursor: Callable[[T], str]) -> Part[T]:
    """Cut what was found (one_more() rows at most) to a page; `cursor` writes a row's place."""
    rows = found[: size()]
    has_more = len(found) > size()
    is_cut = has_more or CURSOR in request.args
    return Part(
        rows,
        next=address(**{CURSOR: cursor(rows[-1])}) if has_more else None,
        first=address(**{CURSOR: None}) if CURSOR in request.args else None,
        whole=address(**{CURSOR: None, TO_PRINT: "1"})
        if is_cut and TO_PRINT not in request.args
        else None,
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
