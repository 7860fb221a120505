"""What ends a session ends it for good, and who never signed in costs no row."""

from collections.abc import Callable
from contextvars import Context
from uuid import UUID

import pytest
from flask import Flask, session
from sqlalchemy import text

from app.accounts.permissions import Role
from app.accounts.service import change_password, token_digest
from app.accounts.sessions import end_session
from app.db.scope import ActorScope, DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from tests.builders.branches import PASSWORD, BranchAtHand, a_member
from tests.builders.pages import Browser


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("kh")
    return cookie.value if cookie else ""


def late_request(application: Flask, cookie: str, meanwhile: Callable[[], None]) -> None:
    """Begin a request, let `meanwhile` happen, and end it with something new to remember."""
    with application.test_request_context(headers={"Cookie": f"kh={cookie}"}):
        assert "_user_id" in session
        meanwhile()
        session["notice"] = "too late"
        application.process_response(application.response_class())


def sign_out(cookie: str, _user_id: UUID) -> None:
    with unit_of_work(DirectoryScope()) as database:
        end_session(database, token_digest(cookie))


def take_a_new_password(_cookie: str, user_id: UUID) -> None:
    with unit_of_work(ActorScope(user_id)) as database:
        change_password(database, user_id=user_id, password="mat-khau-moi-va-dai")


@pytest.mark.parametrize("end", [sign_out, take_a_new_password])
def test_a_request_that_ends_late_revives_no_session(
    application: Flask, a_branch: BranchAtHand, end: Callable[[str, UUID], None]
) -> None:
    member = a_member(a_branch, Role.TREASURER)
    browser = Browser(application).signed_in(member)
    cookie = cookie_of(browser)

    Context().run(late_request, application, cookie, lambda: end(cookie, member[0]))

    assert browser.open(f"/b/{a_branch.slug}/").location.startswith("/dang-nhap")
    with reading(DirectoryScope()) as database:
        query = text("SELECT count(*) FROM web_sessions WHERE digest = :digest")
        assert database.execute(query, {"digest": token_digest(cookie)}).scalar_one() == 0


def sessions_kept() -> int:
    with reading(DirectoryScope()) as database:
        return int(database.execute(text("SELECT count(*) FROM web_sessions")).scalar_one())


def test_looking_at_the_sign_in_page_costs_no_row(application: Flask) -> None:
    before = sessions_kept()

    for _ in range(5):
        assert Browser(application).open("/dang-nhap").status == 200

    assert sessions_kept() == before


def test_nothing_planted_before_signing_in_serves_after_it(
    application: Flask, a_branch: BranchAtHand
) -> None:
    member = a_member(a_branch, Role.TREASURER)
    browser = Browser(application)
    form = browser.open("/dang-nhap")
    planted = cookie_of(browser)
    assert form.send(email=member[1], password=PASSWORD).status == 303

    assert cookie_of(browser) != planted
    answer = form.client.post("/dang-xuat", data={"csrf_token": form.values()["csrf_token"]})
    assert answer.status_code == 400
    thief = Browser(application)
    thief.client.set_cookie("kh", planted)
    assert thief.open(f"/b/{a_branch.slug}/").location.startswith("/dang-nhap")


def test_a_form_needs_the_cookie_it_came_with_and_no_forged_one(
    application: Flask, a_branch: BranchAtHand
) -> None:
    email = a_member(a_branch, Role.TREASURER)[1]
    token = Browser(application).open("/dang-nhap").values()["csrf_token"]

    for cookie in (None, "eyJfdXNlcl9pZCI6IngifQ.aaaa.bbbb"):
        other = Browser(application)
        if cookie:
            other.client.set_cookie("kh", cookie)
        typed = {"csrf_token": token, "email": email, "password": PASSWORD}
        assert other.client.post("/dang-nhap", data=typed).status_code == 400
