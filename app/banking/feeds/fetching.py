"""Asking an aggregator over HTTP: limited in time and size, once more at most, nowhere else."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import requests

from app.banking.feeds.protocol import KeyRefused, Malformed, PullFailed, RateLimited
from app.banking.feeds.reading import parse
from app.kernel.clock import now

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 10
DEADLINE: Final = timedelta(seconds=60)
"""For a whole answer, however steadily it drips."""
MAX_ANSWER: Final = 16 * 1024 * 1024
"""Bytes; five thousand movements take about three million."""
PAUSE: Final = 0.5
LONGEST_WAIT: Final = 30
"""Seconds; who is told to wait longer asks another time."""

_CHUNK: Final = 64 * 1024
_WAIT_HEADERS: Final = ("Retry-After", "x-sepay-userapi-retry-after")
_SECONDS: Final = re.compile(r"[0-9]{1,6}")
_USUAL_WAIT: Final = 1


class _Unreachable(PullFailed):
    """Nobody answers, or a server that has trouble of its own."""


def get_json(address: str, query: Mapping[str, str], authorization: str) -> object:
    """What an aggregator answers; None when it answers nothing.

    A failure that may pass (no connection, 5xx, 429) is tried once more, after waiting as told.

    Raises:
        KeyRefused: 401 or 403, or a key that no header can carry.
        RateLimited: 429 again, or with a wait of more than LONGEST_WAIT.
        PullFailed: anything else that is no answer in JSON, and whoever sends us elsewhere.
    """
    if not authorization.isascii() or not authorization.isprintable():
        raise KeyRefused("key")
    try:
        return _asked(address, query, authorization)
    except RateLimited as limited:
        if limited.wait_seconds > LONGEST_WAIT:
            raise
        wait(limited.wait_seconds)
    except _Unreachable:
        wait(_USUAL_WAIT)
    return _asked(address, query, authorization)


def wait(seconds: float) -> None:
    """Let the aggregator breathe."""
    time.sleep(seconds)


def _asked(address: str, query: Mapping[str, str], authorization: str) -> object:
    try:
        with requests.get(
            address,
            params=query,
            auth=_carrying(authorization),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            _refuse_failure(answer)
            body = _body_of(answer)
    except requests.RequestException as error:
        raise _Unreachable("unreachable") from error
    try:
        return parse(body, at_most=MAX_ANSWER) if body.strip() else None
    except Malformed as error:
        raise PullFailed("answer") from error


def _carrying(authorization: str) -> Callable[[Any], Any]:
    """Given so, and not among the headers, no .netrc of the machine takes its place."""

    def carry(request: Any) -> Any:
        request.headers["Authorization"] = authorization
        return request

    return carry


def _refuse_failure(answer: Any) -> None:
    status = answer.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited(_told_wait(answer.headers))
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise KeyRefused("key")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _Unreachable(f"status {status}")
    if status != HTTPStatus.OK:
        raise PullFailed(f"status {status}")


def _told_wait(headers: Mapping[str, str]) -> int:
    """How many seconds to wait; a date instead of a number is as good as nothing."""
    told = next((headers[name] for name in _WAIT_HEADERS if name in headers), "")
    return int(told) if _SECONDS.fullmatch(told) else _USUAL_WAIT


def _body_of(answer: Any) -> bytes:
    """The body, given up when it is too large or takes too long."""
    until, body = now() + DEADLINE, bytearray()
    for chunk in answer.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_ANSWER or now() > until:
            raise PullFailed("size" if len(body) > MAX_ANSWER else "deadline")
    return bytes(body)
