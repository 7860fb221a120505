"""What is refused before the domain is asked: an unreadable request, or fields that do not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.kernel.errors import DomainError, marked
from app.web.errors import refused

LOOK_AT_FIELDS: Final = marked("Có trường chưa đúng. Hãy sửa theo từng lời nhắc rồi gửi lại.")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field and what to do about it; a field inside another is named `donor.phone`."""

    field: str
    message: str


class Unfit(DomainError):
    """Fields are wrong, missing or unknown; every one is named. Messages are translated already."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(LOOK_AT_FIELDS)
        self.errors = errors


class Malformed(DomainError):
    """The request cannot be read at all, or lacks its key."""

    code: ClassVar[str] = "malformed"


def on_unfit(error: Unfit) -> ResponseReturnValue:
    """Every field with its message; the first one's message is the detail when it is alone."""
    fields = [{"field": told.field, "message": told.message} for told in error.errors]
    alone = len(error.errors) == 1
    return refused(error.code, error.errors[0].message if alone else gettext(error.message), fields)
