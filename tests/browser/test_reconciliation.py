"""The page of book against bank in a real browser: short on a telephone, for everybody."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.accounts.permissions import Role
from app.donations.commands import Method
from app.kernel.clock import today
from tests.browser.conftest import Judge, Opener
from tests.builders.bank import an_account, state, tell, told
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import a_gift, give

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
def test_a_month_with_differences_is_for_everybody(
    page_at: Opener, assert_for_everybody: Judge, a_branch: BranchAtHand, width: int
) -> None:
    account, first = an_account(a_branch), today().replace(day=1) - timedelta(days=28)
    first = first.replace(day=1)
    days = [first + timedelta(days=n) for n in range(20)]
    (alone,) = tell(a_branch, account, [told(33_000, "LE VAN BAY ung ho khong ma", day=days[1])])
    state(a_branch, account, [told(33_000, "Chuyen khoan tu LE VAN BAY", day=on) for on in days])
    give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER, received_on=days[3]))
    page = page_at(width, a_member(a_branch, Role.TREASURER))
    root = f"/b/{a_branch.slug}/ngan-hang"
    page.goto(f"{root}/doi-chieu?thang={first:%Y-%m}")
    assert_for_everybody(page)
    others, agreed = page.locator(".days table").nth(0), page.locator(".days details table")
    expect(others.locator("tbody tr")).to_have_count(2)
    expect(others.locator('td[data-value="0"]:visible')).to_have_count(0 if width == 360 else 6)
    expect(agreed).to_be_hidden()
    page.get_by_text("18 ngày khớp").click()
    expect(agreed.locator("tbody tr")).to_have_count(18)
    expect(agreed).to_be_visible()
    assert_for_everybody(page)
    page.goto(f"{root}/dong/{alone}")
    expect(page.get_by_text("Cùng một khoản với dòng")).to_be_visible()
    assert_for_everybody(page)
