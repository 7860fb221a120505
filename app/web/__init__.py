"""The web kit shared by every audience: scopes, forms, errors, filters, pages."""

from datetime import timedelta
from typing import Final

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web import (
    assets,
    bodies,
    errors,
    filters,
    form_tokens,
    headers,
    health,
    limits,
    locales,
    people,
    sessions,
)
from config.settings import Settings

AT_ONCE: Final = 4
SENDERS: Final = 96  # of the 128 threads said in config/local/supervision.py


def install(app: Flask, settings: Settings) -> None:
    """Give the application its web kit."""
    is_https = settings.public_url.startswith("https://")
    app.secret_key = settings.secret_key
    app.wsgi_app = bodies.WholeBodies(  # type: ignore[method-assign]
        app.wsgi_app, at_once=AT_ONCE, senders=SENDERS
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    app.config.update(
        MAX_FORM_MEMORY_SIZE=500_000,
        SESSION_COOKIE_NAME="__Host-kh" if is_https else "kh",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PREFERRED_URL_SCHEME="https" if is_https else "http",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
    )
    # In the order in which a request is met: its id, its body, its session, its form's token.
    headers.install(app)
    bodies.install(app)
    sessions.install(app)
    form_tokens.install(app)
    Babel(
        app,
        default_locale="vi",
        default_domain="messages",
        default_translation_directories=str(locales.TRANSLATIONS),
        default_timezone="Asia/Ho_Chi_Minh",
        locale_selector=locales.chosen_locale,
    )
    limits.install(app, settings)
    for part in (assets, filters, locales, people, errors, health):
        part.install(app)
