"""Documents of the notice board: a clean PDF is shown to all, and is gone when it is taken down."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.boards.rules import refuse_unfit_pdf
from app.kernel.errors import Invalid
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import refresh_boards
from tests.builders.pages import Browser, Page

REPORT = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def browser(application: Flask, a_branch: BranchAtHand) -> Browser:
    """The chair's."""
    return Browser(application).signed_in(a_member(a_branch, Role.CHAIR))


def published(browser: Browser, branch: BranchAtHand, content: bytes = REPORT, **more: Any) -> Page:
    """What is answered to a document that is sent."""
    told = {"kind": "report", "title": "Báo cáo quý 3", "is_clean": "y"} | more
    told = {name: value for name, value in told.items() if value is not None}
    form = browser.open(f"/b/{branch.slug}/tai-lieu/")
    return form.send(**told, file=(BytesIO(content), "bao-cao.pdf"))


def public_page(browser: Browser, branch: BranchAtHand) -> str:
    """The branch's page as it is now."""
    refresh_boards()
    return browser.open(f"/q/{branch.slug}").text


def test_a_document_is_shown_to_all_until_it_is_taken_down(
    application: Flask, browser: Browser, a_branch: BranchAtHand
) -> None:
    assert published(browser, a_branch).status == 303
    stranger = Browser(application)
    shown = public_page(stranger, a_branch)
    address = re.findall(r'href="([^"]+/tai-lieu/[0-9a-f]{64})"', shown)[0]

    paper = stranger.client.get(address)
    own = browser.open(f"/b/{a_branch.slug}/tai-lieu/")
    action = re.findall(r'action="([^"]+/go)"', own.text)[0]
    gone = own.send(action)

    assert "Báo cáo quý 3" in shown
    assert paper.data == REPORT
    assert paper.headers["Content-Disposition"].startswith("attachment;")
    assert paper.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert gone.status == 303
    assert "Báo cáo quý 3" not in stranger.open(f"/q/{a_branch.slug}").text
    assert stranger.open(address).status == 404


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"<html>", {}, "không phải PDF"),
        (REPORT[:30], {}, "không phải PDF"),
        (REPORT.replace(b"<<>>", b"<< /S /JavaScript >>", 1), {}, "mã lệnh"),
        (REPORT, {"is_clean": None}, "che những điều riêng tư"),
        (REPORT, {"title": " "}, "Nhập tên tài liệu"),
        (REPORT, {"kind": "evidence"}, "Chọn một loại"),
    ],
)
def test_what_is_not_fit_to_be_shown_is_refused(
    browser: Browser, a_branch: BranchAtHand, content: bytes, more: dict[str, Any], said: str
) -> None:
    answer = published(browser, a_branch, content, **more)

    assert answer.status == 422
    assert said in answer.text
    assert "Tài liệu công khai" not in public_page(browser, a_branch)


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(Invalid, match="5 MB"):
        refuse_unfit_pdf(REPORT + b" " * 5_000_001 + b"%%EOF")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.TREASURER, 200), (Role.BOOKKEEPER, 200), (Role.INSPECTOR, 403), (Role.OFFICER, 403)],
)
def test_who_keeps_the_board(
    application: Flask, a_branch: BranchAtHand, role: Role, status: int
) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, role))

    assert browser.open(f"/b/{a_branch.slug}/tai-lieu/").status == status


def test_a_document_sent_twice_is_one(browser: Browser, a_branch: BranchAtHand) -> None:
    form = browser.open(f"/b/{a_branch.slug}/tai-lieu/")
    told = {"kind": "report", "title": "Báo cáo quý 3", "is_clean": "y"}
    for _ in range(2):
        form.send(**told, file=(BytesIO(REPORT), "bao-cao.pdf"))

    assert public_page(browser, a_branch).count("Báo cáo quý 3") == 1
