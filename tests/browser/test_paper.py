"""Lists on paper: what Chromium prints, read back line by line."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.accounts.permissions import Role
from tests.browser.conftest import Opener
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import give

pytestmark = pytest.mark.browser


def printed(page: Page, path: Path) -> str:
    """The first sheet of the page as text."""
    page.pdf(path=path, prefer_css_page_size=True)
    read = ["pdftotext", "-layout", "-l", "1", str(path), "-"]
    return subprocess.run(read, check=True, capture_output=True, text=True).stdout


def test_a_sheet_of_the_book_says_what_it_is_and_holds_25_gifts(
    page_at: Opener, a_branch: BranchAtHand, tmp_path: Path
) -> None:
    for _ in range(55):
        give(a_branch)
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/?cach=cash")
    page.get_by_role("link", name="Cả danh sách, để in").click()
    page.get_by_role("button", name="In danh sách").wait_for()

    sheet = printed(page, tmp_path / "gifts.pdf")

    assert len(re.findall(r"^ *\d{7} ", sheet, re.MULTILINE)) >= 25
    assert "Điều kiện lọc: Cách nhận: Tiền mặt" in sheet
    assert "Bản in có 55 dòng" in sheet
    assert "Danh sách còn phần sau" not in sheet
    assert re.search(r"In lúc \d\d:\d\d, \d\d/\d\d/\d{4}", sheet)
    assert re.search(r"^ *1 ?/ ?[23]$", sheet, re.MULTILINE)
    assert not re.search("Trang chính|Ghi ủng hộ|In danh sách|Xem tiếp", sheet)


def test_a_sheet_of_a_fund_holds_25_entries(
    page_at: Opener, a_branch: BranchAtHand, tmp_path: Path
) -> None:
    for _ in range(30):
        give(a_branch)
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/quy/{a_branch.fund_id}")

    sheet = printed(page, tmp_path / "fund.pdf")

    assert len(re.findall(r"^ *\d\d/\d\d/\d{4} ", sheet, re.MULTILINE)) >= 25
