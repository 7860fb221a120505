"""The page of book against bank: it says what differs and how much, and leads to what mends it."""

import re
from uuid import UUID

from flask import Flask

from app.accounts.permissions import Role
from app.donations.commands import Method
from app.kernel.clock import today
from tests.banking.test_record_lines import balance
from tests.builders.bank import an_account, state, tell, told
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, Page
from tests.giving.test_told_twice import one_too_many

AGREES = "Sổ tiền gửi khớp với sao kê, từng ngày"


def treasurer(application: Flask, branch: BranchAtHand) -> Browser:
    """The treasurer's browser."""
    return Browser(application).signed_in(a_member(branch, Role.TREASURER))


def page_of(browser: Browser, branch: BranchAtHand) -> Page:
    """The page of this month."""
    return browser.open(f"/b/{branch.slug}/ngan-hang/doi-chieu?thang={today():%Y-%m}")


def words(page: Page) -> str:
    """What a person reads, on one line."""
    text = re.sub(r"<[^>]+>", " ", page.text)
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " "))


def line_page(branch: BranchAtHand, line: UUID) -> str:
    """The address of a line's page."""
    return f"/b/{branch.slug}/ngan-hang/dong/{line}"


def test_the_headline_says_what_the_closings_say(
    application: Flask, a_branch: BranchAtHand
) -> None:
    account = an_account(a_branch)
    (alone,) = tell(a_branch, account, [told(190_000, "chi bao tin")])
    state(a_branch, account, [told(759_000, "sao ke ghi")])
    page = page_of(treasurer(application, a_branch), a_branch)
    said = words(page)
    assert AGREES not in said
    assert "Sổ tiền gửi chưa khớp hết với sao kê" in said
    assert "các dòng lệch 190.000 đ so với số dư cuối" in said
    assert "1 dòng ngân hàng đã báo mà sao kê của ngày ấy không có, cộng 190.000 đ" in said
    assert "Sao kê thiếu 1 dòng" in said
    assert 'data-label="Sao kê: tiền vào" data-value="759000"' in page.text
    assert 'data-label="Chỉ ngân hàng báo" data-value="190000"' in page.text
    assert f'href="{line_page(a_branch, alone)}"' in page.text
    assert "Nếu sao kê ghi chính khoản ấy bằng lời khác" in said


def test_days_that_agree_are_told_in_one_line(application: Flask, a_branch: BranchAtHand) -> None:
    state(a_branch, an_account(a_branch), [told(100_000, "sao ke ghi")])
    said = words(page_of(treasurer(application, a_branch), a_branch))
    assert AGREES in said
    assert "1 ngày khớp" in said
    assert "Ngày cần xem" not in said


def test_a_day_without_a_statement_says_so(application: Flask, a_branch: BranchAtHand) -> None:
    tell(a_branch, an_account(a_branch), [told(40_000, "chi bao tin")])
    said = words(page_of(treasurer(application, a_branch), a_branch))
    assert "Chưa có sao kê" in said
    assert "1 ngày chưa có sao kê, ngân hàng đã báo cộng 40.000 đ" in said
    assert AGREES not in said
    assert "Sao kê thiếu" not in said


def test_the_months_end_stands_beside_the_closing(
    application: Flask, a_branch: BranchAtHand
) -> None:
    state(a_branch, an_account(a_branch), [told(100_000, "sao ke ghi")], opening=1_000_000)
    give(a_branch, a_gift(a_branch, method=Method.BANK_TRANSFER, amount=20_000))
    said = words(page_of(treasurer(application, a_branch), a_branch))
    assert re.search(r"Số dư sao kê của \w+, đến [\d/]+ 1.100.000 đ", said)
    assert re.search(r"Chưa vào sổ[^0-9]+[-−]1.000.000 đ", said)
    assert "Ghi tay vào tài khoản, chưa có trên sao kê 20.000 đ" in said
    assert "Sổ tiền gửi (112) 120.000 đ" in said
    assert "Ghi tay vào tài khoản, chưa có trên sao kê: 1" in said


def test_two_lines_are_said_to_be_one_on_the_page_of_the_first(
    application: Flask, a_branch: BranchAtHand
) -> None:
    phantom, (one, _) = one_too_many(a_branch)
    browser = treasurer(application, a_branch)
    here = line_page(a_branch, phantom)
    page = browser.open(here)
    assert "Cùng một khoản với dòng" in page.text
    assert page.send(f"{here}/cung-khoan").status == 422
    assert page.send(f"{here}/cung-khoan", twin=str(phantom)).status == 422
    assert balance(a_branch, "112") == 99_000
    for _ in range(2):
        assert page.send(f"{here}/cung-khoan", twin=str(one)).status == 303
    assert balance(a_branch, "112") == 66_000
    after = browser.open(here).text
    assert "Cùng một khoản với một dòng của sao kê" in after
    assert f'href="{line_page(a_branch, one)}"' in after
    assert f"{here}/cung-khoan" not in after
    assert AGREES in words(page_of(browser, a_branch))


def test_a_line_of_a_statement_offers_no_twin(application: Flask, a_branch: BranchAtHand) -> None:
    _, (one, _) = one_too_many(a_branch)
    page = treasurer(application, a_branch).open(line_page(a_branch, one))
    assert "cung-khoan" not in page.text


def test_an_inspector_may_not_say_it(application: Flask, a_branch: BranchAtHand) -> None:
    phantom, _ = one_too_many(a_branch)
    inspector = Browser(application).signed_in(a_member(a_branch, Role.INSPECTOR))
    shown = inspector.open(line_page(a_branch, phantom))
    assert shown.status == 200
    assert "cung-khoan" not in shown.text
