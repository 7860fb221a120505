"""Lists on paper: what Chromium prints, read back line by line."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.accounts.permissions import Role
from tests.browser.conftest import Opener
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import fold_totals
from tests.builders.donations import give

pytestmark = pytest.mark.browser


def printed(page: Page, path: Path, *, last: int = 1) -> str:
    """The first sheet of the page, or all up to the last one wanted, as text."""
    page.pdf(path=path, prefer_css_page_size=True)
    read = ["pdftotext", "-layout", "-l", str(last), str(path), "-"]
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


def test_a_sheet_of_a_gift_is_its_receipt_without_ways_on(
    page_at: Opener, a_branch: BranchAtHand, tmp_path: Path
) -> None:
    gift = give(a_branch)
    page = page_at(1280, a_member(a_branch, Role.TREASURER))
    page.goto(f"/b/{a_branch.slug}/ung-ho/{gift.id}")
    page.get_by_text("Ghi nhầm?").wait_for()

    sheets = printed(page, tmp_path / "gift.pdf", last=2)

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in sheets
    assert "Diễn biến" in sheets
    assert not re.search("Ghi nhầm|Huỷ khoản|Mọi khoản", sheets)


def test_a_report_is_signed_below_its_table_as_an_association_signs(
    page_at: Opener,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    another_branch: BranchAtHand,
    tmp_path: Path,
) -> None:
    give(a_branch)
    fold_totals()
    page = page_at(1280, a_member(city, Role.OFFICER))
    page.goto(f"/b/{city.slug}/tong-hop")

    sheets = printed(page, tmp_path / "report.pdf", last=9)

    last = sheets.rstrip("\f").split("\f")[-1]
    assert re.search(r"Cộng.*1 đơn vị chưa có khoản.*TM\. BAN CHẤP HÀNH.*CHỦ TỊCH", last, re.DOTALL)
    assert not re.search("[▶▸►]", sheets)
