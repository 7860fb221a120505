"""A browser without a screen: opens pages, fills their forms, keeps its cookies."""

import re
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from html import unescape
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders.branches import PASSWORD

INPUT = re.compile(r"<input\b[^>]*>")
SELECT = re.compile(r"<select\b[^>]*name=\"(\w+)\"[^>]*>(.*?)</select>", re.DOTALL)


@dataclass
class Page:
    """An answer, and the form on it."""

    client: FlaskClient
    path: str
    status: int
    text: str
    location: str
    headers: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        """What the page's form holds before anybody types."""
        found: dict[str, str] = {}
        for tag in INPUT.findall(self.text):
            attributes = dict(re.findall(r"([\w-]+)=\"([^\"]*)\"", tag))
            if "name" not in attributes:
                continue
            if attributes.get("type") in {"radio", "checkbox"} and " checked" not in tag:
                continue
            found[attributes["name"]] = unescape(attributes.get("value", ""))
        for name, options in SELECT.findall(self.text):
            chosen = re.search(r"<option selected[^>]*value=\"([^\"]*)\"", options)
            first = re.search(r"<option[^>]*value=\"([^\"]*)\"", options)
            found[name] = unescape(option.group(1)) if (option := chosen or first) else ""
        return found

    def send(self, to: str | None = None, **typed: str) -> "Page":
        """Send the page's form with what was typed."""
        path = to or self.path
        return opened(self.client, path, alone(self.client.post, path, data=self.values() | typed))


class Browser:
    """One browser of one person."""

    def __init__(self, application: Flask) -> None:
        self.client = application.test_client()

    def signed_in(self, member: tuple[UUID, str]) -> "Browser":
        """The browser after its person signed in."""
        answer = self.open("/dang-nhap").send(email=member[1], password=PASSWORD)
        assert answer.status == 303, answer.text
        return self

    def open(self, path: str) -> Page:
        """The page at this path; redirects are not followed."""
        return opened(self.client, path, alone(self.client.get, path))


def alone(ask: Callable[..., TestResponse], path: str, **kwargs: object) -> TestResponse:
    """Ask outside the test's own application context, so that a request shares nothing with it."""
    return Context().run(ask, path, **kwargs)


def opened(client: FlaskClient, path: str, answer: TestResponse) -> Page:
    """An answer as a page."""
    headers = dict(answer.headers)
    # An amount never parts from its đ; tests write a plain space.
    text = answer.text.replace("\u00a0", " ")
    return Page(client, path, answer.status_code, text, headers.get("Location", ""), headers)
