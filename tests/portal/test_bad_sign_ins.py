"""Odd e-mails and passwords (reliability.md §4.6 A): told like an unknown one, never a fault.

A row of tests/data/sign-in.jsonl is a password that was chosen, what is typed later, and what to
expect: enter, refuse, missing (nothing was typed), or unfit (it is refused when it is chosen).
A long text is written [before, sign, how many times, after].
"""

import json
import re
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.accounts.service import change_password
from app.db.scope import ActorScope
from app.db.unit_of_work import unit_of_work
from app.kernel.errors import Invalid
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.pages import Browser, alone

ROWS: Final = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "sign-in.jsonl").read_text().splitlines()
]
NUMBERS: Final = count(1)
CHANGES: Final = re.compile(r'nonce="[^"]*"|value="[^"]*"')


def rows(*, unfit: bool) -> pytest.MarkDecorator:
    """The rows about choosing a password, or those about signing in."""
    found = [row for row in ROWS if (row["expect"] == "unfit") is unfit]
    return pytest.mark.parametrize("row", found, ids=[row["id"] for row in found])


def filled(written: str | list[Any], email: str) -> str:
    """A text of a row, about the person with this e-mail."""
    text = written if isinstance(written, str) else long_text(*written)
    return text.replace("{email}", email).replace("{EMAIL}", email.upper())


def long_text(before: str, sign: str, times: int, after: str) -> str:
    """A text with a sign many times in it."""
    return before + sign * times + after


def sent(application: Flask, email: str, password: str) -> tuple[int, str]:
    """Status and page of the answer; what is typed goes as bytes, surrogates too."""
    browser = Browser(application)
    browser.client.environ_base["REMOTE_ADDR"] = f"10.30.0.{next(NUMBERS)}"
    typed = browser.open("/dang-nhap").values() | {"email": email, "password": password}
    body = "&".join(
        f"{name}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in typed.items()
    )
    answer = alone(
        browser.client.post,
        "/dang-nhap",
        data=body.encode(),
        content_type="application/x-www-form-urlencoded",
    )
    return answer.status_code, CHANGES.sub("", answer.text)


@rows(unfit=False)
def test_what_is_typed_at_the_door(
    application: Flask, a_branch: BranchAtHand, row: dict[str, Any]
) -> None:
    person, email = a_member(a_branch, Role.TREASURER)
    with unit_of_work(ActorScope(person)) as session:
        change_password(session, user_id=person, password=filled(row["chosen"], email))

    typed = filled(row.get("email", "{email}"), email)
    status, page = sent(application, typed, filled(row["typed"], email))

    assert status == (303 if row["expect"] == "enter" else 422)
    if row["expect"] == "refuse":
        assert page == sent(application, "khong-co-ai@example.vn", "sai-mat-khau-roi")[1]


@rows(unfit=True)
def test_what_no_password_may_be(a_branch: BranchAtHand, row: dict[str, Any]) -> None:
    person, email = a_member(a_branch, Role.TREASURER)

    with pytest.raises(Invalid) as refused, unit_of_work(ActorScope(person)) as session:
        change_password(session, user_id=person, password=filled(row["chosen"], email))

    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "cookie",
    ["x" * 8000, "\x7f", ".", "..", "a.b.c", "W10.aaaa.bbbb", "kh=kh; kh=", '"', "%00", "é" * 43],
)
def test_odd_cookies_open_nothing_and_are_no_fault(application: Flask, cookie: str) -> None:
    for name in ("kh", "kh-known"):
        client = application.test_client(use_cookies=False)
        headers = {"Cookie": f"{name}={cookie}"}
        assert alone(client.get, "/dang-nhap", headers=headers).status_code == 200
        assert alone(client.get, "/b/x/", headers=headers).status_code == 303
