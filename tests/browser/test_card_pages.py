"""Giving by card in a real browser: for everybody, at a desk and on a bus."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import DonationFilter, donations
from app.giving.links import Link, Opens
from app.payments.rates import set_rate
from app.public.giving import guard
from tests.browser.conftest import Judge, Opener
from tests.builders.bank import an_account
from tests.builders.branches import BranchAtHand
from tests.builders.card_pages import fresh_budgets, mailed_link, mailing
from tests.builders.cards import CardHouse, card_house
from tests.builders.consequences import drain_outbox
from tests.builders.mail import MailServer
from tests.doubles.stripe import cards as at_stripe

pytestmark = pytest.mark.browser

A_LITTLE = 3_200  # milliseconds: a form is good once it is three seconds old


@pytest.fixture
def cards(
    application: Flask, live_server: str, city: BranchAtHand, a_branch: BranchAtHand
) -> Iterator[CardHouse]:
    """The application takes cards, and the provider leads back to it."""
    before = application.extensions["settings"]
    application.extensions["settings"] = replace(before, public_url=live_server)
    an_account(a_branch, city)
    with fresh_budgets(application), card_house(application) as house:
        yield house
    application.extensions["settings"] = before


@pytest.fixture
def server(application: Flask) -> Iterator[MailServer]:
    """A mail server of the test's own."""
    with mailing(application) as server:
        yield server


def offer_by_card(page: Page, branch: BranchAtHand) -> str:
    """Send the form of an offer; the offer's own address."""
    page.goto(f"/q/{branch.slug}/ung-ho")
    page.fill("#amount", "500k")
    page.fill("#donor_name", "Trần Văn Bình")
    page.fill("#email", "binh@example.vn")
    page.check("input[name=way][value=card]")
    page.click("main form .actions button")
    page.wait_for_url("**/the*")
    return re.sub(r"/the(/hop-thu)?$", "", page.url)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_card_is_paid_from_the_first_page_to_the_receipt(
    page_at: Opener,
    cards: CardHouse,
    a_branch: BranchAtHand,
    server: MailServer,
    assert_for_everybody: Judge,
    width: int,
) -> None:
    page = page_at(width)
    offer = offer_by_card(page, a_branch)
    assert_for_everybody(page)
    page.check("#covers_fee")
    page.click("main form .actions button")
    page.wait_for_url("**/pay/**")
    page.click("text=Back")
    page.wait_for_url(f"{offer}?the=chua-tra")
    page.wait_for_selector("text=Bạn chưa trả tiền. Khoản này chưa được ghi.")
    assert_for_everybody(page)
    (session,) = cards.world.listed("checkout.session")

    page.goto(session["url"])
    page.click("button[value=pay]")
    page.wait_for_url(offer)
    cards.tell()
    drain_outbox()

    page.wait_for_selector("text=Đã nhận 500.000 đ")
    assert_for_everybody(page)
    assert [taken.recipient for taken in server.taken] == ["binh@example.vn"]


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_cards_is_for_everybody(
    application: Flask,
    page_at: Opener,
    cards: CardHouse,
    a_branch: BranchAtHand,
    server: MailServer,
    assert_for_everybody: Judge,
    width: int,
) -> None:
    with unit_of_work(DirectoryScope()) as session:
        set_rate(session, "USD", Decimal(26_300), source="Vietcombank")
        set_rate(session, "JPY", Decimal("171.25"), source="Vietcombank")
    page = page_at(width)
    offer = offer_by_card(page, a_branch)
    assert_for_everybody(page)
    page.check("input[name=currency][value=USD]")
    page.fill("#amount", "hai mươi")
    page.wait_for_timeout(A_LITTLE)
    for typed in ("hai mươi", "20,50"):
        page.fill("#amount", typed)
        page.click("main form .actions button")
        page.wait_for_load_state()
        assert_for_everybody(page)
    assert "Xem lại trước khi thanh toán" in page.inner_text("main")
    page.click("main form .actions button")
    page.wait_for_url("**/pay/**")
    at_stripe.expire(cards.world, cards.world.listed("checkout.session")[0]["id"])
    cards.tell()
    page.goto(offer)
    assert "Chưa nhận được tiền qua thẻ" in page.inner_text("main")
    assert_for_everybody(page)

    while not guard.UNPROVEN.is_spent(guard.EVERYBODY):
        guard.UNPROVEN.take(guard.EVERYBODY)
    page.click("a.button:has-text('Thử lại')")
    page.wait_for_url("**/hop-thu")
    assert_for_everybody(page)
    page.wait_for_timeout(A_LITTLE)
    page.click("main form .actions button")
    page.wait_for_url("**/da-gui")
    assert_for_everybody(page)
    drain_outbox()
    page.goto(mailed_link(server, "binh@example.vn"))
    assert_for_everybody(page)
    page.click("main form button")
    page.wait_for_url("**/the")
    application.extensions["card_payments"] = None
    page.goto(f"/q/{a_branch.slug}/ung-ho")
    assert page.is_disabled("input[name=way][value=card]")
    assert_for_everybody(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_monthly_giving_on_ones_own_page_is_for_everybody(
    application: Flask,
    page_at: Opener,
    cards: CardHouse,
    a_branch: BranchAtHand,
    assert_for_everybody: Judge,
    width: int,
) -> None:
    cards.plan(a_branch)
    cards.tell()
    with reading(a_branch.scope) as session:
        donor_id = donations(session, DonationFilter(at_most=1))[0].donor_id
    key = application.extensions["settings"].secret_key
    page = page_at(width)
    page.goto(f"/trang-cua-toi/{Link(Opens.GIVER, a_branch.id, donor_id).token(key)}")
    assert_for_everybody(page)

    page.click("button[value=pause]")
    page.wait_for_selector("text=Đang tạm ngừng")
    page.click("summary:has-text('Dừng hẳn')")
    assert_for_everybody(page)
    page.click("button[value=end]")

    page.wait_for_selector("text=Đã dừng hẳn")
