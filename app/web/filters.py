"""How values look on pages. Filters format; they never look anything up."""

from datetime import date, datetime
from typing import Final

from flask import Flask, get_flashed_messages, request
from flask_babel import get_locale
from jinja2 import StrictUndefined

from app.kernel.clock import local
from app.kernel.days import format_day
from app.kernel.money import format_vnd
from app.kernel.words import amount_in_words
from app.web import labels
from app.web.branch_names import branch_name
from app.web.charts.scale import short_vnd

MOBILE_DIGITS: Final = 10


def install(app: Flask) -> None:
    """Register filters and the names that layouts rely on."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(
        money=money,
        short_money=short_vnd,
        words=amount_in_words,
        on=on,
        phone=phone,
        at=at,
        label=labels.label,
        account_name=labels.account_name,
        branch_name=branch_name,
    )
    app.context_processor(page_names)


def money(amount: int) -> str:
    """An amount that never parts from its đ: 1.250.000 đ, in English 1,250,000 đ; below 0, −5 đ.

    What is printed on a receipt is Vietnamese in every language and is not written by this.
    """
    written = format_vnd(amount).replace(" ", "\N{NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")
    return written.replace(".", ",") if str(get_locale()) == "en" else written


def on(day: date | None) -> str:
    """A date as 02/11/2026; nothing for none."""
    return format_day(day) if day else ""


def phone(number: str) -> str:
    """A kept telephone number as it is dialled in the country: 0912 345 678, 024 3823 1234."""
    if not number.startswith("+84"):
        return number
    dialled = f"0{number.removeprefix('+84')}"
    cuts = (4, 7) if len(dialled) == MOBILE_DIGITS else (3, 7)
    return " ".join((dialled[: cuts[0]], dialled[cuts[0] : cuts[1]], dialled[cuts[1] :]))


def at(instant: datetime) -> str:
    """An instant on Hà Nội's wall clock: 14:03, 02/11/2026."""
    there = local(instant)
    return f"{there:%H:%M}, {format_day(there.date())}"


def page_names() -> dict[str, object]:
    """Names every layout may use; audiences give better ones."""
    return {
        "branch": None,
        "person": None,
        "navigation": [],
        "request": request,
        "flashes": get_flashed_messages(with_categories=True),
    }
