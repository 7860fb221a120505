"""Chromium over the running application: pages as people see them, judged by axe.

Fixtures: `live_server` (base address), `page_at(width, member)`, `assert_accessible(page)`,
`assert_fits(page)`, and both as `assert_for_everybody(page)`.
A page that logs an error of its own, or breaks the content policy, fails.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from tests.builders.branches import PASSWORD

CHROMIUM: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
)
AXE: Final = Path(__file__).parents[1] / "vendor" / "axe.min.js"
HEIGHT: Final = 900
# The browser notes every refused answer; refusals are what some tests ask for.
REFUSED_ANSWER: Final = "Failed to load resource"

Member: TypeAlias = tuple[UUID, str]
Opener: TypeAlias = Callable[..., Page]
Judge: TypeAlias = Callable[[Page], None]


@pytest.fixture(scope="session")
def live_server(application: Flask) -> Iterator[str]:
    """Serve the application on a free port for this run; gives its base address."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the run."""
    if not CHROMIUM.exists():
        pytest.fail("Chromium is not installed; `make tools` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page_at(chromium: Browser, live_server: str) -> Iterator[Opener]:
    """`page_at(width, member=None)`: a page of a fresh browser, signed in when a member is given.

    Addresses are relative to the live server: page.goto("/dang-nhap").
    """
    contexts, told = [], []

    def opened(width: int, member: Member | None = None) -> Page:
        context = chromium.new_context(
            base_url=live_server, viewport={"width": width, "height": HEIGHT}, locale="vi-VN"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text) if is_fault(message) else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        if member:
            signed_in(page, member)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert told == []


def is_fault(message: ConsoleMessage) -> bool:
    """Whether the page itself did something wrong."""
    return message.type == "error" and not message.text.startswith(REFUSED_ANSWER)


def signed_in(page: Page, member: Member) -> None:
    """Sign the person in through the page."""
    page.goto("/dang-nhap")
    page.fill("#email", member[1])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/b/**")


@pytest.fixture(scope="session")
def assert_accessible() -> Judge:
    """`assert_accessible(page)`: axe finds nothing; the message names rule and place."""
    source = AXE.read_text(encoding="utf-8")

    def judged(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate("async () => (await axe.run()).violations")
        told = [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found
            for node in violation["nodes"]
        ]
        assert told == [], f"{page.url}\n" + "\n".join(told)

    return judged


@pytest.fixture(scope="session")
def assert_fits() -> Judge:
    """`assert_fits(page)`: nothing makes the page scroll sideways."""

    def judged(page: Page) -> None:
        width, wanted = page.evaluate(
            "() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
        )
        assert wanted <= width, f"{page.url} is {wanted} px wide in {width} px"

    return judged


@pytest.fixture(scope="session")
def assert_for_everybody(assert_accessible: Judge, assert_fits: Judge) -> Judge:
    """`assert_for_everybody(page)`: it can be read by anyone, and fits its screen."""

    def judged(page: Page) -> None:
        assert_accessible(page)
        assert_fits(page)

    return judged
