"""Giving in a real browser: by the square code, until the page says by itself that it has come."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.accounts.permissions import Role
from app.banking.commands import Provider
from app.banking.queries import LineFilter, accounts, lines
from app.banking.service import verify_bank_account
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.clock import today
from app.kernel.memo_codes import codes_in
from app.rollups.queries import TotalsQuestion, totals
from tests.banking.test_record_lines import balance
from tests.browser.conftest import Judge, Opener
from tests.builders.bank import an_account, an_offer, tell, told
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.consequences import drain_outbox, fold_totals
from tests.builders.mail import MailServer, mail_server
from tests.giving.test_matching import gifts
from tests.webhooks.test_banks import a_feed, knock, sepay_body, signed

pytestmark = pytest.mark.browser
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 360])


@pytest.fixture
def server(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server, and SMTP_URL names it."""
    with mail_server() as server:
        told_so = replace(application.extensions["settings"], smtp_url=server.url)
        monkeypatch.setitem(application.extensions, "settings", told_so)
        yield server


def offered(page: Page, branch: BranchAtHand) -> str:
    """Fill the form without a mouse; gives the code that the page shows."""
    page.goto(f"/q/{branch.slug}/ung-ho")
    page.locator("#amount").focus()
    page.keyboard.type("500k")
    expect(page.locator("#amount-words")).to_have_text("Năm trăm nghìn đồng")
    page.locator("#donor_name").focus()
    page.keyboard.type("Trần Văn Bình")
    page.locator("#email").focus()
    page.keyboard.type("binh@example.vn")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Quét mã để ủng hộ 500.000")
    (code,) = codes_in(page.locator(".pay-facts .code").inner_text())
    return code


def test_money_that_webhook_and_statement_tell_is_one_gift_one_receipt_one_letter(
    application: Flask,
    page_at: Opener,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    server: MailServer,
) -> None:
    feed, number = a_feed(application, a_branch, Provider.SEPAY)
    with reading(a_branch.scope) as session:
        (account,) = accounts(session)
    with unit_of_work(city.scope) as session:
        verify_bank_account(session, a_branch.id, account.id)
    page = page_at(360)
    code = offered(page, a_branch)

    body = sepay_body(number, f"TRAN VAN BINH ung ho {code}", referenceCode="FT26328")
    assert knock(application, feed, body, signed(body)) == 200
    drain_outbox()
    expect(page.locator("h1")).to_have_text("Cảm ơn bạn!", timeout=10_000)
    expect(page.locator(".pay-code")).to_have_count(0)
    line = told(500_000, f"MBVCB.1.TRAN VAN BINH ung ho {code}.CT tu 01", reference="FT26328")
    tell(a_branch, account.id, [line])
    drain_outbox()
    fold_totals()

    (gift,) = gifts(a_branch)
    assert (gift.amount, gift.receipt_number) == (500_000, 1)
    assert [letter.recipient for letter in server.taken] == ["binh@example.vn"]
    assert balance(a_branch, "112") == 500_000
    with reading(city.scope) as session:
        (total,) = totals(session, TotalsQuestion(today(), today(), reach="tree"))
    assert (total.amount, total.gift_count) == (500_000, 1)


@BOTH_WIDTHS
def test_the_pages_of_giving_are_for_everybody(
    page_at: Opener,
    assert_for_everybody: Judge,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    width: int,
) -> None:
    account = an_account(a_branch, city)
    page = page_at(width)
    code = offered(page, a_branch)
    assert_for_everybody(page)
    tell(a_branch, account, [told(200_000, code)])
    drain_outbox()
    expect(page.locator(".pay-state")).to_contain_text("Đã nhận 200.000", timeout=10_000)
    assert_for_everybody(page)
    for path in ("ung-ho", "ung-ho/duong-dan", "ung-ho/duong-dan/da-gui"):
        page.goto(f"/q/{a_branch.slug}/{path}")
        assert_for_everybody(page)


@BOTH_WIDTHS
def test_the_pages_of_the_bank_are_for_everybody(
    page_at: Opener,
    assert_for_everybody: Judge,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    width: int,
) -> None:
    account = an_account(a_branch, city)
    offer = an_offer(a_branch, amount=700_000)
    tell(
        a_branch,
        account,
        [told(500_000, offer.code), told(700_000, "NGUYEN THI NGOC ANH chuyen tien ung ho " * 4)],
    )
    drain_outbox()
    with reading(a_branch.scope) as session:
        waiting, _ = lines(session, LineFilter())
    page = page_at(width, a_member(a_branch, Role.TREASURER))
    root = f"/b/{a_branch.slug}/ngan-hang"
    for path in (
        f"{root}/?dong=tat-ca",
        f"{root}/dong/{waiting.id}",
        f"{root}/dong/{waiting.id}/ung-ho",
        f"{root}/sao-ke",
        f"{root}/doi-chieu",
        f"{root}/tai-khoan",
        f"{root}/tai-khoan/{account}",
    ):
        page.goto(path)
        assert_for_everybody(page)
    desk = page_at(width, a_member(city, Role.OFFICER))
    desk.goto(f"/b/{city.slug}/ngan-hang/xac-nhan")
    assert_for_everybody(desk)


def test_a_suggested_amount_is_filled_in_and_read_back(
    page_at: Opener, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    an_account(a_branch, city)
    page = page_at(360)
    page.goto(f"/q/{a_branch.slug}/ung-ho")
    page.get_by_role("button", name="200.000").click()
    expect(page.locator("#amount")).to_have_value("200.000")
    expect(page.locator("#amount-words")).to_have_text("Hai trăm nghìn đồng")


def test_it_works_without_scripts(
    chromium: Browser, live_server: str, city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    account = an_account(a_branch, city)
    context = chromium.new_context(base_url=live_server, java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"/q/{a_branch.slug}/ung-ho")
    page.fill("#amount", "500k")
    page.get_by_role("button", name="Tiếp tục").click()
    (code,) = codes_in(page.locator(".pay-facts .code").inner_text())
    tell(a_branch, account, [told(500_000, code)])
    drain_outbox()
    page.get_by_role("link", name="Xem tiền đã về chưa").click()
    expect(page.locator("h1")).to_have_text("Cảm ơn bạn!")
    context.close()
