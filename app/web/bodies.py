"""What is sent is taken whole before any work begins, so that slow senders hold up nobody.

The server has many threads that wait for bodies, and few turns to work (performance.md §6: more
threads at work lose on two cores). A body without a length is refused: of one that was cut off, or
that is too long, nobody could tell that a part is missing. Nothing ends the wait for a sender who
stalls (the server's reading knows no deadline), so some threads are never given to senders.
"""

from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from queue import SimpleQueue
from threading import Semaphore
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus, unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


FORM: Final = "application/x-www-form-urlencoded"


class WholeBodies:
    """A WSGI application around another, which works on at most `at_once` requests at a time.

    It waits for at most `senders` bodies at a time.
    """

    def __init__(
        self, inner: "WSGIApplication", *, at_most: int, at_once: int, senders: int
    ) -> None:
        self._inner = inner
        self._at_most = at_most
        self._senders = Semaphore(senders)
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(at_once):
            self._turns.put(None)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Take the body whole, then a turn; one longer than `at_most` is left to be refused.

        A body that ends before its length is refused: a form that was cut would be another amount.
        So is, at once, one more body than may be waited for: pages are still given out.
        """
        if "HTTP_TRANSFER_ENCODING" in environ:
            return _refused(HTTPStatus.LENGTH_REQUIRED, start_response)
        length = environ.get("CONTENT_LENGTH", "")
        if length.isascii() and length.isdigit() and int(length) <= self._at_most:
            if not self._senders.acquire(blocking=False):
                return _refused(HTTPStatus.SERVICE_UNAVAILABLE, start_response)
            try:
                body = environ["wsgi.input"].read(int(length))
            finally:
                self._senders.release()
            if len(body) < int(length):
                return _refused(HTTPStatus.BAD_REQUEST, start_response)
            if environ.get("CONTENT_TYPE", "").startswith(FORM):
                body = readable(body)
                environ["CONTENT_LENGTH"] = str(len(body))
            environ["wsgi.input"] = BytesIO(body)
        self._turns.get()
        try:
            return self._inner(environ, start_response)
        finally:
            self._turns.put(None)


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


def _refused(status: HTTPStatus, start_response: "StartResponse") -> Iterable[bytes]:
    start_response(
        f"{status:d} {status.phrase}", [("Content-Length", "0"), ("Connection", "close")]
    )
    return []
