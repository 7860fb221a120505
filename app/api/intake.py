"""What was sent, read strictly: one JSON object, a query string, the key of a creation.

Schemas declare the fields, for the document too; a Reader walks them. Marshmallow's own loading
would cost a gift several times as much, and tell its errors in English alone.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NoReturn
from uuid import UUID

from flask import request
from flask_babel import gettext
from marshmallow import Schema, fields

from app.api.fields import CANONICAL, Refused, object_of
from app.api.refusals import FieldError, Malformed, Unfit
from app.kernel.errors import Invalid, marked
from app.kernel.text import Unreadable
from app.web.fields import hint_of
from app.web.transactions import reading

NOT_JSON: Final = marked(
    "Nội dung gửi lên phải là một đối tượng JSON, mã hoá UTF-8, với Content-Type: application/json."
)
NO_KEY: Final = marked(
    "Yêu cầu tạo mới cần tiêu đề Idempotency-Key: một mã UUID mới cho mỗi lần ghi,"
    " dùng lại khi gửi lại."
)
MISSING: Final = marked("Cần có trường này.")
NULL: Final = marked("Trường này không được để null.")
UNKNOWN: Final = marked("Không có trường này ở đây. Kiểm tra lại tên trường, hoặc bỏ nó ra.")
TWICE: Final = marked("Tham số này được gửi hai lần. Chỉ gửi một lần.")

LONGEST_NAME_TOLD: Final = 60
MOST_ERRORS_TOLD: Final = 50
JSON_TYPES: Final = frozenset({"application/json", "application/json; charset=utf-8"})


def json_object() -> dict[str, object]:
    """The request's body.

    Raises:
        Malformed: another content type or encoding, no JSON, or no object. Names that come twice,
            NaN, a byte-order mark and anything after the object are no JSON here.
    """
    content_type = request.headers.get("Content-Type", "").lower().replace(";charset", "; charset")
    if content_type not in JSON_TYPES or "Content-Encoding" in request.headers:
        raise Malformed(NOT_JSON)
    try:
        found = DECODER.decode(request.get_data(cache=False).decode("utf-8"))
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Malformed(NOT_JSON) from error
    if not isinstance(found, dict):
        raise Malformed(NOT_JSON)
    return found


def query() -> dict[str, object]:
    """The request's query string; a parameter that comes twice is refused."""
    wrong = [name for name, values in request.args.lists() if len(values) > 1]
    if wrong:
        raise Unfit([FieldError(told(name), gettext(TWICE)) for name in wrong[:MOST_ERRORS_TOLD]])
    return {**request.args}


def idempotency_key() -> UUID:
    """The id that the client made for what it creates.

    Raises:
        Malformed: there is none, or it is no UUID.
    """
    sent = request.headers.get("Idempotency-Key", "")
    if not CANONICAL.fullmatch(sent):
        raise Malformed(NO_KEY)
    return UUID(sent)


@contextmanager
def told_to_the_bearer() -> Iterator[None]:
    """Tell what is wrong with a request only to a token that may send it; others get 401 or 403."""
    try:
        yield
    except (Unfit, Malformed, Invalid):
        with reading():
            raise


class Reader:
    """Reads what was sent as a schema says, every field by its own `read`; made once, for good."""

    def __init__(self, schema: type[Schema]) -> None:
        self._slots = [_slot(name, field) for name, field in schema().load_fields.items()]
        self._keys = frozenset(slot.key for slot in self._slots)

    def read(self, sent: Mapping[str, object]) -> dict[str, Any]:
        """The fields by attribute name; those that were not sent, or null, are absent.

        Raises:
            Unfit: naming every field that is wrong, missing or unknown.
        """
        wrong: list[FieldError] = []
        found = self.walk(sent, "", wrong)
        if wrong:
            raise Unfit(wrong[:MOST_ERRORS_TOLD])
        return found

    def walk(
        self, sent: Mapping[str, object], path: str, wrong: list[FieldError]
    ) -> dict[str, Any]:
        """The fields of an object at `path`; what is wrong with them is added to `wrong`."""
        found: dict[str, Any] = {}
        for slot in self._slots:
            value = sent.get(slot.key)
            if value is not None:
                found[slot.name] = slot.taken(value, path, wrong)
            elif slot.key in sent and not slot.may_be_null:
                wrong.append(FieldError(path + slot.key, gettext(NULL)))
            elif slot.is_required:
                wrong.append(FieldError(path + slot.key, gettext(MISSING)))
        if not sent.keys() <= self._keys:
            unknown = sorted(sent.keys() - self._keys)
            wrong += [FieldError(path + told(name), gettext(UNKNOWN)) for name in unknown]
        return found


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a Reader: where it is sent, and how it is read; `inner` reads an object."""

    name: str
    key: str
    is_required: bool
    may_be_null: bool
    read: Callable[[object], Any]
    inner: Reader | None

    def taken(self, value: object, path: str, wrong: list[FieldError]) -> Any:
        """What the value says, or None once what is wrong with it was added to `wrong`."""
        try:
            if self.inner is None:
                return self.read(value)
            return self.inner.walk(self.read(value), f"{path}{self.key}.", wrong)
        except Unreadable as error:
            wrong.append(FieldError(path + self.key, hint_of(error)))
        except Refused as error:
            wrong.append(FieldError(path + self.key, gettext(error.message, **error.params)))
        return None


def _slot(name: str, field: Any) -> Slot:
    is_object = isinstance(field, fields.Nested)
    return Slot(
        name=name,
        key=field.data_key or name,
        is_required=field.required,
        may_be_null=bool(field.allow_none),
        read=object_of if is_object else field.read,
        inner=Reader(type(field.schema)) if is_object else None,
    )


def told(name: str) -> str:
    """A name that a stranger chose, short enough to be told back, and fit to be written."""
    name = name.encode("utf-8", "backslashreplace").decode()
    return name if len(name) <= LONGEST_NAME_TOLD else name[:LONGEST_NAME_TOLD] + "…"


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


DECODER: Final = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once
)
