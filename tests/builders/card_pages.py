"""Card pages as people use them: an offer sent, its form aged, what was chosen."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import count
from typing import Final
from urllib.request import HTTPRedirectHandler, Request, build_opener

from flask import Flask

from app.public.giving.tickets import YOUNGEST, read_ticket
from app.web.limits import Counter
from tests.builders.branches import BranchAtHand
from tests.builders.mail import MailServer, mail_server
from tests.builders.pages import Browser, Page

NUMBERS: Final = count(1)
LEAVE: Final = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')
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
def mailing(application: Flask) -> Iterator[MailServer]:
    """A mail server, and SMTP_URL names it."""
    before = application.extensions["settings"]
    with mail_server() as server:
        application.extensions["settings"] = replace(before, smtp_url=server.url)
        try:
            yield server
        finally:
            application.extensions["settings"] = before


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    """The block happens so much later, for whoever counts by the clock of this process."""
    real = time.time
    time.time = lambda: real() + by.total_seconds()
    try:
        yield
    finally:
        time.time = real


def hosted(page: Page) -> str:
    """The provider's page to which ours leads."""
    found = LEAVE.search(page.text)
    assert found, page.text
    return unescape(found[1])


def press(url: str, button: str) -> None:
    """Press a button of the provider's page; where that leads back to nobody listens."""
    request = Request(url, data=f"card={button}".encode(), method="POST")  # noqa: S310
    with suppress(OSError), build_opener(StayHere).open(request, timeout=5):
        pass


class StayHere(HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: object) -> None:
        """None: stay."""


def mailed_link(server: MailServer, mailbox: str) -> str:
    """The path of the link that came into this mailbox."""
    (taken,) = [each for each in server.taken if each.recipient == mailbox]
    body = taken.message.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://[^/\s]+(/the-qua-thu/\S+)", body.get_content())
    assert found
    return found[1]
