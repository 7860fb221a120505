"""The token of a form, without which nothing is changed (CSRF), and forms that were open too long.

A page that shows a form shows it again, as typed, when the token no longer counts: its view runs,
but its form is never valid (app.web.forms) and it opens no unit of work (app.web.transactions).
"""

from flask import Flask, g, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Check the token of everything that is sent."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    app.before_request(check_token)


def check_token() -> None:
    """Let a page show its form again when the token does not count; refuse everything else.

    Raises:
        CSRFError: no token of this session, and no form that could be shown again.
    """
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        if is_foreign() or not shows_form():
            raise
        g.is_stale = True


def is_stale() -> bool:
    """Whether what was sent may only be shown again."""
    return bool(g.get("is_stale"))


def is_foreign() -> bool:
    """Whether another site sent the request: it may neither fill our forms nor change a session."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def shows_form() -> bool:
    """Whether the address that was sent to is a page with a form."""
    rule = request.url_rule
    return rule is not None and {"GET", "POST"} <= (rule.methods or set())
