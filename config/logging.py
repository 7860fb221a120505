"""Structured logs: events with fields, JSON in production, readable lines elsewhere.

A log holds ids, never people: fields that are not known to be harmless are withheld, and in
production an exception is logged without its message, which may quote a row.
"""

import logging
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from config.settings import Settings

WITHHELD = "[withheld]"
_HARMLESS = frozenset({
    "attempt", "branch", "code", "command", "endpoint", "event", "exception", "exc_info", "kind",
    "level", "logger", "method", "queue", "reason_code", "request", "role", "stack", "stack_info",
    "status", "task", "timestamp", "version",
})  # fmt: skip
_HARMLESS_ENDINGS = ("_id", "_ids", "_at", "_on", "_count", "_seconds", "_bytes")


def configure_logging(settings: Settings) -> None:
    """Send all logs, structlog's and the standard library's, to stderr in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold_people,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(is_production=settings.is_production),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def withhold_people(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the value of every field that may hold personal data."""
    for name in event:
        if not _is_harmless(name):
            event[name] = WITHHELD
    return event


def _is_harmless(name: str) -> bool:
    return name in _HARMLESS or name.startswith("_") or name.endswith(_HARMLESS_ENDINGS)


def _rendering(*, is_production: bool) -> list[Processor]:
    if is_production:
        return [
            structlog.processors.ExceptionRenderer(_without_message),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    plain = structlog.dev.plain_traceback  # the rich one prints local variables
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def _without_message(exc_info: ExcInfo) -> str:
    """Render where an exception came from and its type, for it and for its causes."""
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        parts.append(_frames(error.__traceback__) + _type_name(error))
        error = error.__cause__ or error.__context__
    return "\n\nbecause of\n\n".join(parts)


def _frames(trace: TracebackType | None) -> str:
    return "".join(traceback.format_tb(trace))


def _type_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
