"""Refusals of the database, told as the domain's own errors. The only reader of SQLSTATEs."""

from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from app.kernel.errors import (
    Busy,
    Conflict,
    DomainError,
    InsufficientFunds,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PeriodClosed,
    marked,
)

# Whether it was recorded is not said: a connection may be cut off while the commit is answered.
BUSY: Final = marked(
    "Hệ thống đang bận nên chưa trả lời được. Hãy gửi lại sau giây lát:"
    " gửi hai lần cũng chỉ ghi một lần."
)

# lock_not_available, deadlock_detected, serialization_failure, query_canceled,
# admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
BUSY_STATES: Final = {"55P03", "40P01", "40001", "57014", "57P01", "57P02", "57P03", "53300"}

FIELD_STATES: Final[dict[str, type[Invalid]]] = {"KH422": Invalid, "KH423": PeriodClosed}
PLAIN_STATES: Final[dict[str, type[DomainError]]] = {
    "KH401": NotSignedIn,
    "KH402": InsufficientFunds,
    "KH403": NotAllowed,
    "KH404": NotFound,
    "KH409": Conflict,
}


def refusal(error: DBAPIError) -> DomainError | None:
    """The refusal that `error` stands for, or None when it is a fault of ours."""
    state = getattr(error.orig, "sqlstate", None)
    is_cut_off = state is None and isinstance(error, OperationalError | InterfaceError)
    if is_cut_off or error.connection_invalidated or state in BUSY_STATES:
        return Busy(BUSY)
    diagnosis = getattr(error.orig, "diag", None)
    message = getattr(diagnosis, "message_primary", None) or ""
    if state in FIELD_STATES:
        return FIELD_STATES[state](getattr(diagnosis, "column_name", None) or "", message)
    if state in PLAIN_STATES:
        return PLAIN_STATES[state](message)
    return None
