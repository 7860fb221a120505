"""The session ends while a gift is typed: who signs in again finds everything as it was."""

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role
from tests.browser.conftest import Judge, Opener
from tests.builders.branches import PASSWORD, BranchAtHand, a_member


@pytest.mark.parametrize("width", [1280, 360])
def test_a_gift_outlives_the_session_in_which_it_was_typed(
    page_at: Opener, a_branch: BranchAtHand, assert_for_everybody: Judge, width: int
) -> None:
    member = a_member(a_branch, Role.TREASURER)
    page = page_at(width, member)
    page.goto(f"/b/{a_branch.slug}/ung-ho/ghi")
    page.get_by_label("Số tiền").fill("1.250.000")
    page.context.clear_cookies(name="kh")
    page.get_by_label("Người ủng hộ", exact=True).fill("Bà Hoa")
    expect(page.get_by_text("Xin đăng nhập lại. Những gì đã nhập vẫn còn")).to_be_visible()
    assert_for_everybody(page)

    page.get_by_role("button", name="Ghi ủng hộ").click()
    expect(page.get_by_text("Phiên làm việc đã hết")).to_be_visible()
    assert_for_everybody(page)
    page.get_by_label("Thư điện tử").fill(member[1])
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Đã đăng nhập lại")).to_be_visible()
    assert_for_everybody(page)
    page.get_by_role("button", name="Mở lại mẫu đã nhập").click()
    expect(page.get_by_label("Số tiền")).to_have_value("1.250.000")
    assert_for_everybody(page)
    page.get_by_role("button", name="Ghi ủng hộ").click()

    expect(page.get_by_text("Đã ghi vào sổ")).to_be_visible()
