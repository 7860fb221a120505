"""Words of letters: templates/email/<purpose>/{subject.txt,body.txt,body.html}, without a request.

Facts go in as values and come out in the language of the reader; a fact that a template asks for
and nobody gave is an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.kernel.clock import local
from app.kernel.days import format_day
from app.kernel.money import format_vnd

ROOT: Final = Path(__file__).resolve().parents[2]
TRANSLATIONS: Final = ROOT / "app" / "i18n" / "translations"
LOCALES: Final = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says: subject, plain text, and the same as HTML."""

    subject: str
    text: str
    html: str


def render(purpose: str, locale: str, facts: Mapping[str, object]) -> Words:
    """The words for a purpose in "vi" or "en".

    Raises jinja2.UndefinedError when a fact is missing, KeyError for another language.
    """
    if locale not in LOCALES:
        raise KeyError(locale)
    environment = _environment(locale)
    subject, text, html = (
        environment.get_template(f"email/{purpose}/{part}").render(facts)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Words(" ".join(subject.split()), text.strip() + "\n", html)


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = _translations(locale)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.ugettext, words.ungettext, newstyle=True
    )
    environment.globals["locale"] = locale
    environment.filters.update(
        money=_english_money if locale == "en" else _money, on=format_day, at=_at
    )
    return environment


def _translations(locale: str) -> NullTranslations:
    """The catalogue; Vietnamese is what the source says."""
    if locale == "vi":
        return NullTranslations()
    return Translations.load(str(TRANSLATIONS), [locale])


def _money(amount: int) -> str:
    return format_vnd(amount).replace(" ", "\N{NO-BREAK SPACE}")


def _english_money(amount: int) -> str:
    return _money(amount).replace(".", ",")


def _at(instant: datetime) -> str:
    """An instant on Hà Nội's wall clock: 14:03, 02/11/2026."""
    there = local(instant)
    return f"{there:%H:%M}, {format_day(there.date())}"
