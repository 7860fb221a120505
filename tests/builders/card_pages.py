"""Card pages as people use them: an offer sent, its form aged, what was chosen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Final

import pytest
from flask import Flask

from app.public.giving.tickets import YOUNGEST, read_ticket
from app.web.limits import Counter
from tests.builders.branches import BranchAtHand
from tests.builders.mail import MailServer, mail_server
from tests.builders.pages import Browser, Page

NUMBERS: Final = count(1)
A_LITTLE: Final = timedelta(seconds=1)


def somebody(application: Flask, address: str | None = None) -> Browser:
    """A browser at an address of its own, far from all others."""
    browser = Browser(application)
    number = next(NUMBERS)
    browser.client.environ_base["REMOTE_ADDR"] = address or f"10.{number // 250}.{number % 250}.7"
    return browser


def card_page(browser: Browser, branch: BranchAtHand, **typed: str) -> Page:
    """The card page to which a sent offer leads; it was opened some seconds ago."""
    sent = browser.open(f"/q/{branch.slug}/ung-ho").send(
        **{"amount": "500k", "way": "card"} | typed
    )
    assert sent.status == 303, sent.text
    return aged(browser.open(sent.location))


def aged(page: Page, by: timedelta = YOUNGEST + A_LITTLE) -> Page:
    """The page as if it had been opened so much earlier: its ticket is the proof of that."""
    ticket = read_ticket(page.values().get("ticket"))
    if ticket is None:
        return page
    older = replace(ticket, opened_at=ticket.opened_at - by)
    return replace(page, text=page.text.replace(ticket.text(), older.text()))


@contextmanager
def fresh_budgets(application: Flask) -> Iterator[None]:
    """Nobody has tried anything yet, and afterwards all is as it was."""
    before = application.extensions["counter"]
    application.extensions["counter"] = Counter(application.extensions["settings"].redis_url)
    try:
        yield
    finally:
        application.extensions["counter"] = before


@contextmanager
def mailing(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server, and SMTP_URL names it."""
    with mail_server() as server:
        told = replace(application.extensions["settings"], smtp_url=server.url)
        monkeypatch.setitem(application.extensions, "settings", told)
        yield server
