"""The person who is signed in takes a new password: the old one is asked, other sessions end."""

from uuid import UUID

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.audit import trail
from app.db.unit_of_work import reading
from tests.builders.branches import PASSWORD, BranchAtHand, a_member
from tests.builders.pages import Browser, Page

NEW = "Chiều mưa trường Nguyễn Huệ"


@pytest.fixture
def member(a_branch: BranchAtHand) -> tuple[UUID, str]:
    """A panelist, who may do least."""
    return a_member(a_branch, Role.PANELIST)


@pytest.fixture
def browser(application: Flask, member: tuple[UUID, str]) -> Browser:
    """The browser in which the person is signed in."""
    return Browser(application).signed_in(member)


def changed(browser: Browser, branch: BranchAtHand, old: str, new: str, again: str = "") -> Page:
    """The answer to a new password."""
    form = browser.open(f"/b/{branch.slug}/tai-khoan/")
    return form.send(old_password=old, password=new, repeated=again or new)


def test_every_page_leads_to_the_account(browser: Browser, a_branch: BranchAtHand) -> None:
    home = browser.open(f"/b/{a_branch.slug}/").text

    assert f'href="/b/{a_branch.slug}/tai-khoan/"' in home


def test_a_new_password_ends_other_sessions_and_keeps_this_one(
    application: Flask, a_branch: BranchAtHand, browser: Browser, member: tuple[UUID, str]
) -> None:
    other = Browser(application).signed_in(member)
    home = f"/b/{a_branch.slug}/"

    answer = changed(browser, a_branch, PASSWORD, NEW)

    assert answer.status == 303
    assert "Đã đổi mật khẩu" in browser.open(answer.location).text
    assert browser.open(home).status == 200
    assert other.open(home).location.startswith("/dang-nhap")
    form = Browser(application).open("/dang-nhap")
    assert form.send(email=member[1], password=PASSWORD).status == 422
    assert form.send(email=member[1], password=NEW).status == 303
    with reading(a_branch.scope) as session:
        (line,) = trail(session, member[0])
    assert (line.action, line.actor_id) == ("users.password_changed", member[0])


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("sai-mat-khau-roi", NEW, NEW, "Mật khẩu đang dùng chưa đúng."),
        ("", NEW, NEW, "Nhập mật khẩu đang dùng."),
        (PASSWORD, "ngan-qua", "ngan-qua", "Mật khẩu có từ 15 đến 128 ký tự"),
        (PASSWORD, "", "", "Nhập mật khẩu mới."),
        (PASSWORD, NEW, NEW + "!", "Hai lần nhập mật khẩu mới chưa giống nhau."),
    ],
)
def test_an_unfit_change_is_refused_at_its_field(
    browser: Browser, a_branch: BranchAtHand, old: str, new: str, again: str, told: str
) -> None:
    page = changed(browser, a_branch, old, new, again)

    assert page.status == 422
    assert told in page.text
    assert page.text.count('class="field has-error"') == 1 + (new == "")
    assert NEW not in page.text
    assert changed(browser, a_branch, PASSWORD, NEW).status == 303


def test_the_old_password_is_not_guessed_at_an_open_machine(
    browser: Browser, a_branch: BranchAtHand
) -> None:
    assert changed(browser, a_branch, PASSWORD, "Khuyến học là việc chung").status == 303
    statuses = [changed(browser, a_branch, PASSWORD, NEW).status for _ in range(11)]

    assert statuses == [422] * 10 + [429]
