"""Rate limits: counted in Redis, and in this process when Redis is away (never not at all)."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from config.settings import Settings

limiter = Limiter(
    get_remote_address,
    strategy="moving-window",
    in_memory_fallback_enabled=True,
    headers_enabled=False,
    key_prefix="kh",
)


def install(app: Flask, settings: Settings) -> None:
    """Count in the broker's Redis."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 1}
    limiter.init_app(app)
    # Views that can be guessed at count themselves; there is nothing to look up for all others.
    app.before_request_funcs[None].remove(limiter._check_request_limit)  # noqa: SLF001


def typed_email() -> str:
    """The account that a sign-in form names, so that guessing is counted by account too."""
    return "account:" + request.form.get("email", "").strip().lower()[:200]
