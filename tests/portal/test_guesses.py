"""Guessing a password is hopeless, and failing on purpose locks out nobody else."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.portal.guesses import PER_ACCOUNT
from tests.builders.branches import PASSWORD, BranchAtHand, a_member
from tests.builders.pages import Browser, Page

NUMBERS = count(1)
WRONG = "sai-mat-khau-roi"


def browser_elsewhere(application: Flask) -> Browser:
    """A browser at an address that nobody had before."""
    browser = Browser(application)
    number = next(NUMBERS)
    browser.client.environ_base["REMOTE_ADDR"] = f"10.9.{number // 250}.{number % 250}"
    return browser


def tries(browser: Browser, email: str, times: int, password: str = WRONG) -> Page:
    """The answer to the last of so many tries."""
    form = browser.open("/dang-nhap")
    return [form.send(email=email, password=password) for _ in range(times)][-1]


def spend_what_strangers_have(email: str) -> None:
    """A hundred failures from everywhere."""
    for _ in range(100):
        PER_ACCOUNT.take(email)


@pytest.fixture
def email(a_branch: BranchAtHand) -> str:
    """A treasurer's."""
    return a_member(a_branch, Role.TREASURER)[1]


def test_who_fails_ten_times_waits_and_nobody_else_does(application: Flask, email: str) -> None:
    attacker, treasurer = browser_elsewhere(application), browser_elsewhere(application)

    assert tries(attacker, email, 10).status == 422
    assert tries(attacker, email, 1, PASSWORD).status == 429
    assert tries(treasurer, email, 1, PASSWORD).status == 303


def test_a_browser_that_is_known_stays_open_whatever_strangers_do(
    application: Flask, email: str
) -> None:
    treasurer = browser_elsewhere(application)
    assert tries(treasurer, email, 1, PASSWORD).status == 303
    spend_what_strangers_have(email)

    assert tries(browser_elsewhere(application), email, 1, PASSWORD).status == 429
    assert tries(treasurer, email, 1, PASSWORD).status == 303
    assert tries(treasurer, email, 10).status == 422
    assert tries(treasurer, email, 1, PASSWORD).status == 429


def test_a_browser_known_for_one_person_is_a_stranger_to_another(
    application: Flask, a_branch: BranchAtHand, email: str
) -> None:
    attacker = browser_elsewhere(application)
    assert tries(attacker, a_member(a_branch, Role.CHAIR)[1], 1, PASSWORD).status == 303
    spend_what_strangers_have(email)

    assert tries(attacker, email, 1).status == 429


def test_a_forged_mark_makes_no_browser_known(application: Flask, email: str) -> None:
    attacker = browser_elsewhere(application)
    attacker.client.set_cookie("kh-known", "WyJ4IiwieSJd.aaaa.bbbb")
    tries(attacker, email, 10)
    attacker.client.set_cookie("kh-known", "WyJ4IiwieiJd.aaaa.bbbb")

    assert tries(attacker, email, 1).status == 429


def test_right_passwords_are_not_counted(application: Flask, email: str) -> None:
    browser = browser_elsewhere(application)
    for _ in range(12):
        browser.client.delete_cookie("kh-known")
        browser.client.delete_cookie("kh")
        assert tries(browser, email, 1, PASSWORD).status == 303


def test_thirty_guesses_at_once_are_ten(application: Flask, email: str) -> None:
    forms = [browser_elsewhere(application) for _ in range(30)]
    pages = []
    for browser in forms:
        browser.client.environ_base["REMOTE_ADDR"] = "10.10.10.10"
        pages.append(browser.open("/dang-nhap"))

    with ThreadPoolExecutor(30) as at_once:
        sent = at_once.map(lambda page: page.send(email=email, password=WRONG), pages)
        statuses = sorted(page.status for page in sent)

    assert statuses == [422] * 10 + [429] * 20


def test_the_wait_is_told_truly(application: Flask, email: str) -> None:
    browser = browser_elsewhere(application)
    page = tries(browser, email, 11)

    seconds = int(page.headers["Retry-After"])
    assert 3500 < seconds <= 3600
    assert re.search(r"Hãy đợi (59|60) phút nữa", page.text)
