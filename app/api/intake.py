"""What was sent, read strictly: one JSON object, a query string, the key of a creation.

Schemas declare the fields, for the document too; `read` walks them. Marshmallow's own loading
would cost a gift four times as much, and tell its errors in English alone.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final, NoReturn
from uuid import UUID

from flask import request
from flask_babel import gettext
from marshmallow import Schema, fields

from app.api.fields import CANONICAL, Refused
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
NOT_AN_OBJECT: Final = marked("Trường này là một đối tượng JSON, viết trong dấu ngoặc nhọn.")
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


def read(schema: Schema, sent: Mapping[str, object]) -> dict[str, Any]:
    """The fields of `schema` by attribute name; those that were not sent, or null, are absent.

    Raises:
        Unfit: naming every field that is wrong, missing or unknown.
    """
    wrong: list[FieldError] = []
    found = _walk(schema, sent, path="", wrong=wrong)
    if wrong:
        raise Unfit(wrong[:MOST_ERRORS_TOLD])
    return found


def _walk(
    schema: Schema, sent: Mapping[str, object], *, path: str, wrong: list[FieldError]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    known = set()
    for name, field in schema.load_fields.items():
        key = field.data_key or name
        known.add(key)
        value = sent.get(key)
        if value is not None:
            found[name] = _value(field, value, place=path + key, wrong=wrong)
        elif key in sent and not field.allow_none:
            wrong.append(FieldError(path + key, gettext(NULL)))
        elif field.required:
            wrong.append(FieldError(path + key, gettext(MISSING)))
    unknown = sent.keys() - known
    wrong += [FieldError(path + told(name), gettext(UNKNOWN)) for name in sorted(unknown)]
    return found


def _value(field: fields.Field[Any], value: object, *, place: str, wrong: list[FieldError]) -> Any:
    if isinstance(field, fields.Nested):
        if isinstance(value, dict):
            return _walk(field.schema, value, path=f"{place}.", wrong=wrong)
        wrong.append(FieldError(place, gettext(NOT_AN_OBJECT)))
        return None
    try:
        return field.deserialize(value)
    except Unreadable as error:
        wrong.append(FieldError(place, hint_of(error)))
    except Refused as error:
        wrong.append(FieldError(place, gettext(error.message, **error.params)))
    return None


def told(name: str) -> str:
    """A name that a stranger chose, short enough to be told back."""
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
