"""Refusals in the field's own words. Only app/web and app/api know their status codes.

Messages are Vietnamese gettext ids; the edge translates them and fills in `params`.
"""

from typing import ClassVar


def marked(message: str) -> str:
    """Mark a message for translation without translating it here."""
    return message


WAIT = marked("Đã thử quá nhiều lần. Hãy đợi %(minutes)s phút nữa rồi thử lại.")


class DomainError(Exception):
    """A refusal that a person may read; `code` is stable for software."""

    code: ClassVar[str] = "invalid"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class NotFound(DomainError):
    """Absent, or of another branch: the two are told alike."""

    code = "not_found"


class NotAllowed(DomainError):
    """This role may not do that here."""

    code = "not_allowed"


class NotSignedIn(DomainError):
    """Nobody, or a session or token that no longer counts."""

    code = "not_signed_in"


class Invalid(DomainError):
    """A field is wrong; the message says what to do."""

    code = "invalid"

    def __init__(self, field: str, message: str, **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class Conflict(DomainError):
    """The same id with other content, or a state that no longer allows this."""

    code = "conflict"


class PeriodClosed(Invalid):
    """The date lies in a closed period."""

    code = "period_closed"


class InsufficientFunds(DomainError):
    """A fund would fall below what is available."""

    code = "insufficient_funds"


class TooMany(DomainError):
    """Tried too often; nothing was looked at. `wait_seconds` says when trying has a point again."""

    code = "rate_limited"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(WAIT, minutes=-(-wait_seconds // 60))
        self.wait_seconds = wait_seconds


class Busy(DomainError):
    """Locks or load; the same request may be sent again."""

    code = "busy"
