"""Headers of every answer: what a browser may load, who may frame us, what is never cached."""

import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, g, request

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALLOWED_EVERYWHERE: Final = (
    "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'; manifest-src 'self'"
)
ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
UNLESS_SAID: Final = (
    ("Content-Security-Policy", ALLOWED_EVERYWHERE),
    ("Cache-Control", "no-store"),
)
ONLY_HTTPS: Final = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
REQUEST_ID: Final = "kh.request_id"


def install(app: Flask) -> None:
    """Set the headers of every answer, errors and files too."""
    app.wsgi_app = SafeHeaders(app.wsgi_app)  # type: ignore[method-assign]
    app.after_request(allow_scripts)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


class SafeHeaders:
    """A WSGI application around another: names each request, and completes what was answered.

    At the very end the headers are a plain list; through Flask's own they cost several times more.
    """

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the other one does."""
        environ[REQUEST_ID] = secrets.token_hex(6)

        def start(
            status: str, headers: list[tuple[str, str]], error: "OptExcInfo | None" = None
        ) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *_missing(headers, environ)], error)

        return self._inner(environ, start)


def _missing(
    headers: list[tuple[str, str]], environ: "WSGIEnvironment"
) -> Iterable[tuple[str, str]]:
    yield from ALWAYS
    yield "X-Request-Id", environ[REQUEST_ID]
    said = {name for name, _ in headers}
    for header in UNLESS_SAID:
        if header[0] not in said:
            yield header
    # Looked at last: a trusted proxy's word on it was taken in between.
    if environ["wsgi.url_scheme"] == "https":
        yield ONLY_HTTPS


def request_id() -> str:
    """The id of the request that logs, errors and people on the telephone can name."""
    return str(request.environ.get(REQUEST_ID, ""))


def csp_nonce() -> str:
    """The nonce of this answer's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow_scripts(response: Response) -> Response:
    """Let the scripts run that the page itself names by its nonce; other answers run none."""
    nonce = g.get("csp_nonce")
    if nonce:
        scripts = f"; script-src 'nonce-{nonce}' 'strict-dynamic'"
        response.headers["Content-Security-Policy"] = ALLOWED_EVERYWHERE + scripts
    return response
