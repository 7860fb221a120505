"""What is sent is taken whole before any work begins, so that slow senders hold up nobody.

The server has many threads that wait for bodies, and few turns to work (performance.md §6: more
threads at work lose on two cores). A body without a length is refused: of one that was cut off, or
that is too long, nobody could tell that a part is missing. Nothing ends the wait for a sender who
stalls (the server's reading knows no deadline), so some threads are never given to senders.

A refusal is noted here and raised inside the application: it is answered like every other one, as
a page or a problem document.
"""

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from queue import SimpleQueue
from threading import Semaphore
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import quote_plus, unquote_to_bytes

from flask import Flask, request
from werkzeug.exceptions import LengthRequired

from app.kernel.errors import Busy, DomainError, marked

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


REFUSAL: Final = "kh.refused_body"
CUT_OFF: Final = marked(
    "Nội dung gửi lên bị đứt giữa chừng nên chưa được ghi. Hãy giữ nguyên trang và gửi lại."
)
NO_ROOM: Final = marked(
    "Đang có quá nhiều người gửi cùng lúc nên lần gửi này chưa được ghi."
    " Hãy giữ nguyên trang và gửi lại sau ít phút."
)
FORM: Final = "application/x-www-form-urlencoded"
LARGEST: Final = 1_000_000
# Where files are sent to, and how large they may be: a bank's statement of a year, a public paper.
LARGER: Final = (
    (re.compile(r"/b/[^/]+/ngan-hang/sao-ke"), 5_000_000),
    (re.compile(r"/b/[^/]+/tai-lieu/"), 5_200_000),
)


class CutOff(DomainError):
    """A body ended before its length."""

    code: ClassVar[str] = "malformed"


def install(app: Flask) -> None:
    """Raise what was noted against a body before anything looks at the request."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.before_request(raise_refusal)


def largest(path: str) -> int:
    """How many bytes may be sent to an address."""
    return next((size for place, size in LARGER if place.fullmatch(path)), LARGEST)


def raise_refusal() -> None:
    """Refuse the request whose body was not taken."""
    request.max_content_length = largest(request.path)
    refusal: Exception | None = request.environ.get(REFUSAL)
    if refusal is not None:
        raise refusal


class WholeBodies:
    """A WSGI application around another, which works on at most `at_once` requests at a time.

    It waits for at most `senders` bodies at a time.
    """

    def __init__(self, inner: "WSGIApplication", *, at_once: int, senders: int) -> None:
        self._inner = inner
        self._senders = Semaphore(senders)
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(at_once):
            self._turns.put(None)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Take the body whole, then a turn; one that is too long is left to be refused.

        A body that ends before its length is refused: a form that was cut would be another amount.
        So is, at once, one more body than may be waited for: pages are still given out.
        """
        refusal = self._take(environ)
        if refusal is not None:
            environ |= {REFUSAL: refusal, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"}
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            start_response = _hanging_up(start_response)
        self._turns.get()
        try:
            return self._inner(environ, start_response)
        finally:
            self._turns.put(None)

    def _take(self, environ: "WSGIEnvironment") -> Exception | None:
        """Take the body, or tell why it is refused."""
        if "HTTP_TRANSFER_ENCODING" in environ:
            return LengthRequired()
        length = environ.get("CONTENT_LENGTH", "")
        at_most = largest(environ.get("PATH_INFO", ""))
        if not (length.isascii() and length.isdigit() and int(length) <= at_most):
            return None
        if not self._senders.acquire(blocking=False):
            return Busy(NO_ROOM)
        try:
            body = environ["wsgi.input"].read(int(length))
        finally:
            self._senders.release()
        if len(body) < int(length):
            return CutOff(CUT_OFF)
        if environ.get("CONTENT_TYPE", "").lower().startswith(FORM):
            body = readable(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        return None


def readable(form: bytes) -> bytes:
    """A form in UTF-8. Bytes that are none become U+FFFD, which is refused at its field.

    Flask would take them for text as they are escaped, and book a giver called %ED%A0%80.
    """
    try:
        unquote_to_bytes(form).decode()
    except UnicodeDecodeError:
        pairs = (pair.split(b"=", 1) for pair in form.split(b"&"))
        return b"&".join(b"=".join(map(_in_utf8, pair)) for pair in pairs)
    return form


def _in_utf8(part: bytes) -> bytes:
    text = unquote_to_bytes(part.replace(b"+", b" ")).decode(errors="replace")
    return quote_plus(text).encode()


def _hanging_up(start_response: "StartResponse") -> "StartResponse":
    """Answer and hang up: what is left of the body is no next request."""

    def start(
        status: str, headers: list[tuple[str, str]], error: "OptExcInfo | None" = None
    ) -> Callable[[bytes], object]:
        return start_response(status, [*headers, ("Connection", "close")], error)

    return start
