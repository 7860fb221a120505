"""Which language: ?lang= chooses and is remembered; Vietnamese otherwise (D20)."""

from pathlib import Path
from typing import Final

from flask import Flask, Response, has_request_context, request
from flask_babel import get_locale, gettext, pgettext

TRANSLATIONS: Final = Path(__file__).resolve().parent.parent / "i18n" / "translations"
LANGUAGES: Final = ("vi", "en")
COOKIE: Final = "kh_lang"


def install(app: Flask) -> None:
    """Give templates `_`, `pgettext` and `locale`, and remember the choice."""
    app.jinja_env.globals.update(_=gettext, pgettext=pgettext)
    app.context_processor(lambda: {"locale": get_locale()})
    app.after_request(remember_choice)


def chosen_locale() -> str:
    """The language of this request."""
    if not has_request_context():
        return "vi"
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else "vi"


def remember_choice(response: Response) -> Response:
    """Keep a language that was asked for, for a year."""
    asked = request.args.get("lang") if request.query_string else None
    if asked in LANGUAGES and asked != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, asked, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
