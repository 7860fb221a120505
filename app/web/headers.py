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


def install(app: Flask) -> None:
    """Set the headers of every answer, errors and files too."""
    app.wsgi_app = SameForAll(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(name_request)
    app.after_request(secure)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


class SameForAll:
    """A WSGI application around another: its answers carry ALWAYS, added once they are written."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the other one does."""

        def start(
            status: str, headers: list[tuple[str, str]], error: "OptExcInfo | None" = None
        ) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *ALWAYS], error)

        return self._inner(environ, start)


def name_request() -> None:
    """Give the request an id that logs, errors and people on the telephone can name."""
    g.request_id = secrets.token_hex(6)


def csp_nonce() -> str:
    """The nonce of this answer's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def secure(response: Response) -> Response:
    """Add the security headers that depend on the answer."""
    is_page = response.mimetype == "text/html"
    script = f"; script-src 'nonce-{csp_nonce()}' 'strict-dynamic'" if is_page else ""
    response.headers.setdefault("Content-Security-Policy", ALLOWED_EVERYWHERE + script)
    response.headers["X-Request-Id"] = str(g.get("request_id", ""))
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
