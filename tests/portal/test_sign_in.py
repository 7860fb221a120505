"""Signing in, choosing a branch, going to another one, leaving."""

import re

from flask import Flask

from app.accounts.permissions import Role
from app.accounts.service import grant_role
from app.branches.queries import get_branch
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from tests.builders.branches import PASSWORD, BranchAtHand, a_member
from tests.builders.pages import Browser


def name_of(branch: BranchAtHand) -> str:
    with reading(DirectoryScope()) as session:
        return get_branch(session, branch.slug).name


def test_the_only_branch_of_a_person_is_opened_at_once(
    application: Flask, a_branch: BranchAtHand
) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))

    assert browser.open("/chon-don-vi").location == f"/b/{a_branch.slug}/"


def test_a_person_of_two_branches_chooses_by_name_and_may_change_over(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    member = a_member(a_branch, Role.TREASURER)
    with unit_of_work(another_branch.scope) as session:
        grant_role(session, user_id=member[0], role=Role.CHAIR)
    browser = Browser(application).signed_in(member)

    choice = browser.open("/chon-don-vi").text
    menu = browser.open(f"/b/{a_branch.slug}/").text

    assert f'<a href="/b/{a_branch.slug}/">{name_of(a_branch)}</a>' in choice
    assert f'<a href="/b/{another_branch.slug}/">{name_of(another_branch)}</a>' in choice
    assert f'<a href="/b/{another_branch.slug}/">{name_of(another_branch)}</a>' in menu


def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    application: Flask, a_branch: BranchAtHand
) -> None:
    _, email = a_member(a_branch, Role.TREASURER)
    form = Browser(application).open("/dang-nhap")

    wrong = form.send(email=email, password="sai-mat-khau-roi")
    unknown = form.send(email="khong-co@example.vn", password="sai-mat-khau-roi")

    assert wrong.status == unknown.status == 422
    assert "chưa đúng" in wrong.text
    told = [re.sub(r'nonce="[^"]+"|value="[^"]+"', "", page.text) for page in (wrong, unknown)]
    assert told[0] == told[1]


def test_after_signing_in_one_comes_where_one_wanted_to_go(
    application: Flask, a_branch: BranchAtHand
) -> None:
    _, email = a_member(a_branch, Role.TREASURER)
    browser = Browser(application)
    path = f"/b/{a_branch.slug}/quy/"

    asked = browser.open(path)
    answer = browser.open(asked.location).send(email=email, password=PASSWORD)

    assert asked.location.startswith("/dang-nhap?next=")
    assert answer.location == path


def test_nobody_is_sent_to_a_foreign_site(application: Flask, a_branch: BranchAtHand) -> None:
    _, email = a_member(a_branch, Role.TREASURER)

    for wanted in ("//evil.example/b/x", "https://evil.example", "/b/../x", "/\\evil.example"):
        form = Browser(application).open(f"/dang-nhap?next={wanted}")
        assert form.send(email=email, password=PASSWORD).location == "/chon-don-vi"


def test_demo_accounts_are_not_mentioned_where_nothing_is_demonstrated(application: Flask) -> None:
    assert "trình diễn" not in Browser(application).open("/dang-nhap").text


def test_who_left_must_sign_in_again(treasurer: Browser, a_branch: BranchAtHand) -> None:
    home = treasurer.open(f"/b/{a_branch.slug}/")

    home.send(to="/dang-xuat")

    assert treasurer.open(f"/b/{a_branch.slug}/").location.startswith("/dang-nhap")


def test_an_address_that_no_account_can_have_is_told_like_an_unknown_one(
    application: Flask,
) -> None:
    typed = [f"{'x' * 5}{letter}@example.vn" for letter in ("", "\0")]

    pages = [
        Browser(application).open("/dang-nhap").send(email=email, password=PASSWORD)
        for email in typed
    ]

    assert {page.status for page in pages} == {422}
