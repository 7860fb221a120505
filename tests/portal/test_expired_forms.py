"""A form sent too late changes nothing and loses nothing: it is shown again as it was typed."""

import re
from html import unescape

import pytest
from flask import Flask, g
from flask_wtf.csrf import CSRFError

from app.accounts.permissions import Role
from app.accounts.service import token_digest
from app.accounts.sessions import end_session
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading
from app.db.unit_of_work import unit_of_work as any_unit_of_work
from app.donations.queries import DonationFilter, donations
from app.web.transactions import unit_of_work
from tests.builders.branches import PASSWORD, BranchAtHand, a_member
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, Page, alone

GIVER = "Bà Nguyễn Thị “Hoa” <Ngõ 5>"
TYPED = {"amount": "1.250.000", "donor_name": GIVER, "source": "household", "note": "góp gạo"}
FOR_A_PART = {"HX-Request": "true"}


def gifts_in(branch: BranchAtHand) -> int:
    with reading(branch.scope) as session:
        return len(donations(session, DonationFilter(at_most=10)))


def end_of(browser: Browser) -> None:
    """The session ends behind the browser's back."""
    cookie = browser.client.get_cookie("kh")
    assert cookie
    with any_unit_of_work(DirectoryScope()) as session:
        end_session(session, token_digest(cookie.value))


def action_of(page: Page) -> str:
    """Where the form in the middle of the page is sent."""
    found = re.search(r'<form method="post" action="([^"]*)"[^>]*data-once', page.text)
    assert found
    return unescape(found[1])


def shows_what_was_typed(page: Page) -> bool:
    values = page.values()
    return "góp gạo" in page.text and all(
        values[name] == TYPED[name] for name in ("amount", "donor_name", "source")
    )


def test_a_form_with_an_old_token_is_shown_again_and_then_recorded(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")
    opened_id = form.values()["id"]

    late = form.send(**TYPED, csrf_token="of-another-session")
    assert (late.status, gifts_in(a_branch)) == (400, 0)
    assert "<h2>Mẫu này đã để quá lâu</h2>" in late.text
    assert "Có chỗ cần sửa" not in late.text
    assert shows_what_was_typed(late)
    assert late.values()["id"] == opened_id
    assert late.send(note="góp gạo").status == 303
    assert gifts_in(a_branch) == 1


def test_who_was_signed_out_signs_in_and_finds_what_was_typed(
    application: Flask, a_branch: BranchAtHand
) -> None:
    member = a_member(a_branch, Role.TREASURER)
    email, browser = member[1], Browser(application).signed_in(member)
    form = browser.open(f"/b/{a_branch.slug}/ung-ho/ghi")
    end_of(browser)

    door = form.send(**TYPED)
    assert door.status == 401
    assert "Lần gửi vừa rồi chưa được ghi" in door.text
    wrong = door.send(to=action_of(door), email=email, password="sai-mat-khau-roi")
    resumed = wrong.send(to=action_of(wrong), email=email, password=PASSWORD)
    assert (wrong.status, resumed.status) == (422, 200)
    shown = resumed.send(to=action_of(resumed))
    assert shows_what_was_typed(shown)
    assert gifts_in(a_branch) == 0
    assert shown.send(note="góp gạo").status == 303
    assert gifts_in(a_branch) == 1


def test_no_link_drops_what_was_typed(application: Flask, a_branch: BranchAtHand) -> None:
    member = a_member(a_branch, Role.TREASURER)
    browser = Browser(application).signed_in(member)
    form = browser.open(f"/b/{a_branch.slug}/ung-ho/ghi")

    late = form.send(**TYPED, csrf_token="of-another-session")
    end_of(browser)
    door = form.send(**TYPED)
    resumed = door.send(to=action_of(door), email=member[1], password=PASSWORD)

    assert 'hreflang="en"' in form.text
    for page in (late, door, resumed):
        assert "hreflang" not in page.text


@pytest.mark.parametrize("part", ["goi-y", "xem-truoc"])
def test_a_hint_asked_for_after_the_session_says_to_sign_in(
    treasurer: Browser, a_branch: BranchAtHand, part: str
) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")
    end_of(treasurer)

    told = alone(
        treasurer.client.post, f"{form.path}/{part}", data=form.values(), headers=FOR_A_PART
    )

    assert told.status_code == 401
    assert "Xin đăng nhập lại. Những gì đã nhập vẫn còn" in told.text
    assert "<html" not in told.text


def test_a_giver_chosen_after_the_session_leaves_the_form_as_it_is(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    end_of(treasurer)

    told = alone(treasurer.client.get, f"/b/{a_branch.slug}/ung-ho/ghi/nguoi", headers=FOR_A_PART)

    assert told.status_code == 401
    assert "<form" not in told.text


def test_no_password_is_kept(application: Flask, a_branch: BranchAtHand) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.CHAIR))
    form = browser.open(f"/b/{a_branch.slug}/tai-khoan/")
    secrets = ("bi-mat-cu", "bi-mat-moi", "bi-mat-lap-lai")
    typed = dict(zip(("old_password", "password", "repeated"), secrets, strict=True))

    late = form.send(**typed, csrf_token="of-another-session")
    end_of(browser)
    door = form.send(**typed)

    assert (late.status, door.status) == (400, 401)
    for page in (late, door):
        assert not any(secret in page.text for secret in secrets)


def test_a_sign_in_page_that_was_open_too_long_lets_in_at_the_second_try(
    application: Flask, a_branch: BranchAtHand
) -> None:
    email = a_member(a_branch, Role.CHAIR)[1]
    form = Browser(application).open("/dang-nhap")
    form.client.delete_cookie("kh")

    late = form.send(email=email, password=PASSWORD)

    assert (late.status, late.values()["email"]) == (400, email)
    assert late.send(password=PASSWORD).status == 303


def test_what_is_no_page_with_a_form_is_refused_with_a_way_on(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch, a_gift(a_branch))
    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{gift.id}")
    copies = f"{page.path}/ban-sao"

    late = page.send(to=copies, csrf_token="of-another-session")
    end_of(treasurer)
    lost = page.send(to=copies)

    assert late.status == 400
    assert 'href="/chon-don-vi"' in late.text
    assert lost.status == 400
    assert 'href="/"' in lost.text


def test_nothing_can_be_written_by_what_was_sent_too_late(application: Flask) -> None:
    with application.test_request_context("/dang-nhap", method="POST"):
        g.is_stale = True
        with pytest.raises(CSRFError), unit_of_work(DirectoryScope()):
            pytest.fail("a unit of work was opened")


@pytest.mark.parametrize("path", ["khong-co", "ung-ho/khong-co", "quy/01a20d98-0000-7000-8000-0"])
def test_a_page_that_is_not_there_leads_on(
    treasurer: Browser, a_branch: BranchAtHand, path: str
) -> None:
    page = treasurer.open(f"/b/{a_branch.slug}/{path}")

    assert page.status == 404
    assert page.text.count("Không có trang này") == 2, "the window's title and the page's"
    assert "<p><strong>" not in page.text
    assert 'class="navigation"' in page.text
    assert f'<a class="button" href="/b/{a_branch.slug}/">' in page.text


def test_what_a_role_may_not_leads_on(application: Flask, a_branch: BranchAtHand) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.PANELIST))

    page = browser.open(f"/b/{a_branch.slug}/nha-hao-tam/")

    assert page.status == 403
    assert 'class="navigation"' in page.text


def test_a_stranger_in_a_branch_is_led_to_his_own(
    treasurer: Browser, another_branch: BranchAtHand
) -> None:
    page = treasurer.open(f"/b/{another_branch.slug}/")

    assert page.status == 404
    assert another_branch.slug not in page.text.replace(f"/b/{another_branch.slug}/", "")
    assert '<a class="button" href="/chon-don-vi">' in page.text
