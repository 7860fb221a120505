"""Headers of every answer: what a browser may load, who may frame us, what is never cached."""

import secrets
from typing import Final

from flask import Flask, Response, g, request

ALLOWED_EVERYWHERE: Final = (
    "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'; manifest-src 'self'"
)
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(app: Flask) -> None:
    """Set the headers of every answer, errors and files too."""
    app.before_request(name_request)
    app.after_request(secure)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def name_request() -> None:
    """Give the request an id that logs, errors and people on the telephone can name."""
    g.request_id = secrets.token_hex(6)


def csp_nonce() -> str:
    """The nonce of this answer's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def secure(response: Response) -> Response:
    """Add the security headers."""
    is_page = response.mimetype == "text/html"
    script = f"; script-src 'nonce-{csp_nonce()}' 'strict-dynamic'" if is_page else ""
    response.headers.setdefault("Content-Security-Policy", ALLOWED_EVERYWHERE + script)
    response.headers.extend(ALWAYS)
    response.headers["X-Request-Id"] = str(g.get("request_id", ""))
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
