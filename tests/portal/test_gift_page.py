"""The page of a gift: the receipt as it was issued, its papers, and what happened."""

import re
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.permissions import Role
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import today
from app.receipts.queries import receipt_of_donation
from app.receipts.service import print_on_request
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import drain_outbox
from tests.builders.donations import give
from tests.builders.pages import Browser, alone


def fetched(browser: Browser, path: str, **headers: str) -> TestResponse:
    """The bare answer: of a file, or of a part of a page as htmx asks for it."""
    return alone(
        browser.client.get, path, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_the_number_is_seen_at_once_and_the_paper_when_it_is_printed(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}"
    before = treasurer.open(path).text

    drain_outbox()

    after = treasurer.open(path).text
    assert "BN/" in before
    assert "0000001" in before
    assert "bien-nhan.pdf" not in before
    assert f'href="{path}/bien-nhan.pdf"' in after
    assert 'hx-trigger="every 1s"' in before
    assert "every 1s" not in after


def test_the_page_asks_until_something_changed(treasurer: Browser, a_branch: BranchAtHand) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}"
    (asked,) = re.findall(r'hx-get="([^"]+)"', treasurer.open(path).text)

    waiting = fetched(treasurer, asked, HX_Request="true")
    drain_outbox()
    printed = fetched(treasurer, asked, HX_Request="true")

    assert waiting.status_code == 204
    assert "bien-nhan.pdf" in printed.text
    assert "<html" not in printed.text
    assert treasurer.open(asked).location == path


def test_the_paper_has_a_name_and_before_it_a_word_of_patience(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}/bien-nhan.pdf"

    before = treasurer.open(path)
    drain_outbox()
    after = fetched(treasurer, path)

    assert before.status == 202
    assert "đang lập biên nhận số 0000001" in before.text
    assert before.headers["Retry-After"] == "2"
    assert after.status_code == 200
    assert after.headers["Content-Type"] == "application/pdf"
    name = f"BN-{today().year}-A-0000001.pdf"
    assert after.headers["Content-Disposition"] == f'inline; filename="{name}"'


def test_a_copy_is_asked_for_once_and_keeps_the_number(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}"
    drain_outbox()
    page = treasurer.open(path)

    answers = [page.send(to=f"{path}/ban-sao").location for _ in range(2)]
    drain_outbox()
    again = treasurer.open(path)
    copy = fetched(treasurer, f"{path}/ban-sao.pdf")

    assert answers == [path, path]
    assert "Mở bản sao (PDF)" in again.text
    assert again.text.count("<strong>Đã xin bản sao</strong>") == 1
    assert '/ban-sao"' not in again.text
    assert copy.headers["Content-Disposition"].endswith('-A-0000001-ban-sao.pdf"')


def test_the_trail_tells_who_did_what(application: Flask, a_branch: BranchAtHand) -> None:
    browser = Browser(application).signed_in(a_member(a_branch, Role.TREASURER))
    form = browser.open(f"/b/{a_branch.slug}/ung-ho/ghi")
    page = browser.open(form.send(amount="500k", donor_name="Bà Hoa").location)

    steps = re.findall(
        r"<strong>([^<]+)</strong>\s*<small><time[^>]*>[^<]+</time> · ([^<]+)", page.text
    )

    assert steps == [("Đã ghi ủng hộ", "Bà Lan")]


def test_a_paper_that_rested_is_printed_when_somebody_looks(
    treasurer: Browser, a_branch: BranchAtHand
) -> None:
    gift = give(a_branch)
    with unit_of_work(a_branch.scope) as session:
        print_on_request(session, [receipt_of_donation(session, gift.id).id])

    drain_outbox()
    rested = state_of(a_branch, gift.id)
    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{gift.id}")
    drain_outbox()

    assert rested == "issued"
    assert page.status == 200
    assert state_of(a_branch, gift.id) == "rendered"


def state_of(branch: BranchAtHand, gift_id: UUID) -> str:
    """Whether the receipt of a gift is printed."""
    with reading(branch.scope) as session:
        return receipt_of_donation(session, gift_id).status


def test_a_name_of_an_old_font_is_pointed_out(treasurer: Browser, a_branch: BranchAtHand) -> None:
    form = treasurer.open(f"/b/{a_branch.slug}/ung-ho/ghi")

    preview = form.send(to=f"{form.path}/xem-truoc", donor_name="Nguyeãn Vaên")
    page = treasurer.open(form.send(amount="500k", donor_name="Nguyeãn Vaên").location)

    assert "Kiểm tra tên" in preview.text
    assert "Kiểm tra tên" in page.text


def test_a_paper_of_another_name_does_not_exist(treasurer: Browser, a_branch: BranchAtHand) -> None:
    path = f"/b/{a_branch.slug}/ung-ho/{give(a_branch).id}"
    drain_outbox()

    assert treasurer.open(f"{path}/hoa-don.pdf").status == 404
    assert treasurer.open(f"{path}/da-huy.pdf").status == 404
