"""Fields of the API: marshmallow's for the document, the kernel's parsers for what was sent.

Each `read` takes a value that is there and not null, or raises the kernel's Unreadable or Refused.
"""

import base64
import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from marshmallow import fields
from webargs.fields import DelimitedList

from app.kernel.days import parse_iso_day
from app.kernel.errors import marked
from app.kernel.letters import printable
from app.kernel.money import MAX_AMOUNT, parse_vnd_json
from app.kernel.text import (
    MAX_NAME,
    clean_email,
    clean_name,
    clean_phone,
    clean_reason,
    clean_text,
)

NOT_TEXT: Final = marked("Trường này là một chuỗi chữ, viết trong dấu ngoặc kép.")
NOT_AN_OBJECT: Final = marked("Trường này là một đối tượng JSON, viết trong dấu ngoặc nhọn.")
NOT_AN_ID: Final = marked("Trường này là một mã UUID, ví dụ 0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b.")
NOT_A_FLAG: Final = marked("Trường này là true hoặc false, không viết trong dấu ngoặc kép.")
NOT_A_CHOICE: Final = marked("Chọn một trong các giá trị: %(choices)s.")
NOT_A_LIMIT: Final = marked("Chọn một số từ 1 đến 200.")
NOT_A_CURSOR: Final = marked("Trang tiếp theo lấy nguyên từ trường next của trang trước.")

MAX_LIMIT: Final = 200
CANONICAL: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")


class Refused(ValueError):
    """A value that does not fit its field; `message` is a gettext id with `params`."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


def text_of(value: object) -> str:
    """The value when it is text."""
    if not isinstance(value, str):
        raise Refused(NOT_TEXT)
    return value


def id_of(value: object) -> UUID:
    """A UUID written in its canonical form, in either case."""
    if not isinstance(value, str) or not CANONICAL.fullmatch(value):
        raise Refused(NOT_AN_ID)
    return UUID(value)


def object_of(value: object) -> dict[str, object]:
    """The value when it is an object."""
    if not isinstance(value, dict):
        raise Refused(NOT_AN_OBJECT)
    return value


class Name(fields.String):
    """A one-line name of at most MAX_NAME characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": MAX_NAME}, **kwargs)

    def read(self, value: Any) -> str:
        """The clean name."""
        return printable(clean_name(text_of(value)))


class Prose(fields.String):
    """A note or an address of at most `longest` characters; blank is none."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": longest}, **kwargs)
        self.longest = longest

    def read(self, value: Any) -> str | None:
        """The clean text, or None when it is blank."""
        return printable(clean_text(text_of(value), max_length=self.longest)) or None


class Reason(fields.String):
    """A reason for the audit: at least ten letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"minLength": 10, "maxLength": 500}, **kwargs)

    def read(self, value: Any) -> str:
        """The clean reason."""
        return printable(clean_reason(text_of(value)))


class Phone(fields.String):
    """A telephone number, as people write them; kept as +84912345678."""

    def read(self, value: Any) -> str:
        """The number in its one form."""
        return clean_phone(text_of(value))


class Mail(fields.String):
    """An e-mail address; kept in lower case."""

    def read(self, value: Any) -> str:
        """The address in lower case."""
        return clean_email(text_of(value))


class Dong(fields.Integer):
    """Whole đồng, 1 to MAX_AMOUNT; text as a treasurer types it is read too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"minimum": 1, "maximum": MAX_AMOUNT}, **kwargs)

    def read(self, value: Any) -> int:
        """The amount."""
        return parse_vnd_json(value)


class Day(fields.Date):
    """A day as 2026-11-02."""

    def read(self, value: Any) -> date:
        """The day."""
        return parse_iso_day(value)


class Id(fields.UUID):
    """A UUID."""

    def read(self, value: Any) -> UUID:
        """The id."""
        return id_of(value)


class Flag(fields.Boolean):
    """true or false and nothing else."""

    def read(self, value: Any) -> bool:
        """The truth value."""
        if not isinstance(value, bool):
            raise Refused(NOT_A_FLAG)
        return value


class Choice(fields.String):
    """One word of a closed list."""

    def __init__(self, choices: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(metadata={"enum": [choice.value for choice in choices]}, **kwargs)
        self.choices = {choice.value: choice for choice in choices}

    def read(self, value: Any) -> StrEnum:
        """The member of the closed list."""
        if not isinstance(value, str) or value not in self.choices:
            raise Refused(NOT_A_CHOICE, choices=", ".join(self.choices))
        return self.choices[value]


class Choices(DelimitedList):
    """Some words of a closed list, parted by commas; twice is once."""

    def __init__(self, choices: type[StrEnum], **kwargs: Any) -> None:
        self.choice = Choice(choices)
        super().__init__(self.choice, **kwargs)

    def read(self, value: Any) -> list[Any]:
        """The words, each once, in their order."""
        words = dict.fromkeys(text_of(value).split(",")) if value else {}
        return [self.choice.read(word) for word in words]


class Limit(fields.Integer):
    """How many items a page holds, in a query string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"minimum": 1, "maximum": MAX_LIMIT, "default": 50}, **kwargs)

    def read(self, value: Any) -> int:
        """The number."""
        if not LIMIT.fullmatch(value) or int(value) > MAX_LIMIT:
            raise Refused(NOT_A_LIMIT)
        return int(value)


class Cursor(fields.String):
    """Where the next page begins: the sort keys of the last item, each read by its own reader."""

    def __init__(self, *readers: Callable[[str], object], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.readers = readers

    def read(self, value: Any) -> tuple[object, ...]:
        """The sort keys."""
        try:
            keys = base64.b64decode(value, altchars=b"-_", validate=True).decode("ascii").split(" ")
            return tuple(read(key) for read, key in zip(self.readers, keys, strict=True))
        except ValueError as error:
            raise Refused(NOT_A_CURSOR) from error


def cursor_of(*keys: object) -> str:
    """The cursor of an item with these sort keys."""
    return base64.urlsafe_b64encode(" ".join(map(str, keys)).encode("ascii")).decode("ascii")
