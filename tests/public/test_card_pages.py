"""Giving by card, page by page, against a provider that speaks over HTTP."""

import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import DonationFilter, DonationView, donations
from app.kernel.clock import today
from app.payments.rates import set_rate
from tests.builders.bank import an_account
from tests.builders.branches import BranchAtHand
from tests.builders.card_pages import (
    aged,
    card_page,
    fresh_budgets,
    hosted,
    mailing,
    press,
    somebody,
)
from tests.builders.cards import CardHouse, balances, card_house
from tests.builders.consequences import drain_outbox
from tests.builders.mail import MailServer
from tests.builders.pages import Browser, Page
from tests.doubles.stripe import cards as at_stripe
from tests.doubles.stripe import plans as plans_at_stripe


@pytest.fixture
def cards(application: Flask) -> Iterator[CardHouse]:
    """The application takes cards while the test lasts, and nobody has tried any yet."""
    with fresh_budgets(application), card_house(application) as house:
        yield house


@pytest.fixture
def server(application: Flask) -> Iterator[MailServer]:
    """A mail server of the test's own."""
    with mailing(application) as server:
        yield server


@pytest.fixture(autouse=True)
def account(city: BranchAtHand, a_branch: BranchAtHand) -> None:
    """The branch has an account that the city has verified."""
    an_account(a_branch, city)


def gifts(branch: BranchAtHand) -> list[DonationView]:
    """The branch's gifts."""
    with reading(branch.scope) as session:
        return list(donations(session, DonationFilter(at_most=50)))


def state_page(page: Page) -> Page:
    """The offer's page, to which the provider sends people back."""
    return Browser(page.client.application).open(page.path.removesuffix("/the"))


def cancelled(house: CardHouse) -> str:
    """Where the provider leads who does not pay."""
    address = urlsplit(str(house.world.get(session_of(house))["cancel_url"]))
    return f"{address.path}?{address.query}"


def session_of(house: CardHouse) -> str:
    """The one session that was opened."""
    (session,) = house.world.listed("checkout.session")
    return str(session["id"])


def test_a_card_is_paid_and_everything_follows(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, server: MailServer
) -> None:
    browser = somebody(application)
    page = card_page(browser, a_branch, donor_name="Trần Văn Bình", email="binh@example.vn")
    left = page.send()
    assert left.status == 200
    assert "500.000 đ" in left.text
    assert "Đang chờ cổng thanh toán xác nhận" in state_page(page).text

    press(hosted(left), "pay")
    cards.tell()
    drain_outbox()

    (gift,) = gifts(a_branch)
    assert (gift.amount, gift.donor_name) == (500_000, "Trần Văn Bình")
    (taken,) = server.taken
    assert taken.recipient == "binh@example.vn"
    (paper,) = taken.message.iter_attachments()
    assert paper.get_content().startswith(b"%PDF")
    shown = state_page(page)
    assert "Đã nhận 500.000 đ" in shown.text
    assert "BN/" in shown.text
    assert "pay-code" not in shown.text
    assert "binh" not in shown.text + page.path


def test_the_provider_sends_people_back_to_the_offer(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    page = card_page(somebody(application), a_branch, email="binh@example.vn")
    page.send()

    session = cards.world.get(session_of(cards))

    back = application.extensions["settings"].public_url + page.path.removesuffix("/the")
    assert (session["success_url"], session["cancel_url"]) == (back, f"{back}?the=chua-tra")
    assert cards.world.asked[session["id"]]["customer_email"] == "binh@example.vn"


def test_a_declined_card_is_told_without_a_reason_and_with_both_ways(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    page = card_page(somebody(application), a_branch)
    press(hosted(page.send()), "decline")
    at_stripe.expire(cards.world, session_of(cards))
    cards.tell()

    shown = state_page(page)

    assert "Chưa nhận được tiền qua thẻ" in shown.text
    assert f"{page.path}" in shown.text
    assert "#chuyen-khoan" in shown.text
    assert "pay-code" in shown.text
    assert not re.search(r"declin|từ chối|không đủ|hết hạn mức", shown.text)
    assert balances(a_branch) == {}


def test_who_comes_back_without_paying_may_pay_again_or_otherwise(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    browser = somebody(application)
    page = card_page(browser, a_branch)
    page.send()
    shown = browser.open(cancelled(cards))
    assert "Bạn chưa trả tiền. Khoản này chưa được ghi." in shown.text
    assert "Đang chờ cổng thanh toán xác nhận" not in shown.text
    assert 'hx-get="' + cancelled(cards) + '"' in shown.text
    assert "Thử lại" in shown.text
    assert "Chuyển khoản thay" in shown.text
    assert "Bạn chưa trả tiền" not in state_page(page).text

    again = aged(browser.open(page.path)).send()
    press(hosted(again), "pay")
    cards.tell()

    assert [gift.amount for gift in gifts(a_branch)] == [500_000]


def test_an_address_alone_never_says_what_became_of_the_money(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    browser = somebody(application)
    page = card_page(browser, a_branch)
    not_begun = page.path.removesuffix("/the") + "?the=chua-tra"
    assert "Bạn chưa trả tiền" not in browser.open(not_begun).text
    press(hosted(page.send()), "pay")
    assert "Đang chờ cổng thanh toán xác nhận" in state_page(page).text
    assert "Đã nhận" not in state_page(page).text
    cards.tell()

    shown = browser.open(cancelled(cards)).text

    assert "Đã nhận 500.000 đ" in shown
    assert "Bạn chưa trả tiền" not in shown


def test_the_fee_that_a_giver_added_is_told_wherever_his_gift_is(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, server: MailServer
) -> None:
    page = card_page(somebody(application), a_branch, email="binh@example.vn")
    press(hosted(page.send(covers_fee="y")), "pay")
    cards.tell()
    drain_outbox()

    assert "Phí thẻ bạn trả thêm: 31.381 đ" in state_page(page).text
    (taken,) = server.taken
    body = taken.message.get_body(("plain",))
    assert body is not None
    letter = str(body.get_content()).replace("\u00a0", " ")
    assert "Phí thẻ bạn trả thêm: 31.381 đ" in letter
    mine = re.search(r"(/trang-cua-toi/\S+)", letter)
    assert mine
    assert "Phí thẻ bạn trả thêm: 31.381 đ" in Browser(application).open(mine[1]).text


def test_no_fee_is_told_of_a_gift_without_one(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    page = card_page(somebody(application), a_branch)
    press(hosted(page.send()), "pay")
    cards.tell()

    assert "Phí thẻ" not in state_page(page).text


def test_sent_twice_it_is_one_session_and_one_gift(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    page = card_page(somebody(application), a_branch)

    first, again = page.send(), page.send()
    other = page.send(covers_fee="y")

    assert hosted(first) == hosted(again)
    assert other.status == 409
    press(hosted(first), "pay")
    cards.tell()
    assert page.send().status == 303
    assert len(gifts(a_branch)) == 1
    assert session_of(cards)


def test_switched_off_it_says_so_and_cannot_be_chosen(
    application: Flask, a_branch: BranchAtHand
) -> None:
    browser = somebody(application)
    form = browser.open(f"/q/{a_branch.slug}/ung-ho")
    (choice,) = re.findall(r'<input[^>]*value="card"[^>]*>', form.text)
    assert "disabled" in choice
    assert "hội chưa nhận thẻ ở đây" in form.text

    sent = form.send(amount="500k", way="card")

    assert sent.status == 422
    assert "Hội chưa nhận thẻ ở đây" in sent.text


def test_switched_off_meanwhile_the_card_page_leads_back(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    browser = somebody(application)
    page = card_page(browser, a_branch)
    application.extensions["card_payments"] = None

    assert page.send().location == page.path.removesuffix("/the")
    assert "Lúc này hội không nhận thẻ" in state_page(page).text


def test_cards_take_no_less_than_20_000_dong_and_transfers_anything(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    form = somebody(application).open(f"/q/{a_branch.slug}/ung-ho")

    by_card = form.send(amount="19999", way="card")
    by_transfer = form.send(amount="1000", way="transfer")

    assert by_card.status == 422
    assert "Thẻ chỉ nhận từ 20.000 đ" in by_card.text
    assert by_transfer.status == 303


def test_the_fee_is_a_line_of_its_own_before_and_after(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    page = card_page(somebody(application), a_branch)
    assert "31.381 đ" in page.text
    assert "531.381 đ" in page.text

    left = page.send(covers_fee="y")

    assert re.search(r"Phí thẻ</dt><dd[^>]*>31\.381 đ", left.text)
    lines = cards.world.asked[session_of(cards)]["line_items"]
    assert [line["price_data"]["unit_amount"] for line in lines] == [500_000, 31_381]
    press(hosted(left), "pay")
    cards.tell()
    assert balances(a_branch)["5111"] == -500_000


def test_another_currency_is_shown_with_its_rate_before_it_is_paid(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    with unit_of_work(DirectoryScope()) as session:
        set_rate(session, "USD", Decimal("26300.5"), source="Vietcombank")
    page = card_page(somebody(application), a_branch)
    assert "1 USD = 26.300,5 đ (Vietcombank" in page.text

    asked = page.send(currency="USD", amount="20,50")
    assert asked.status == 200
    assert "Xem lại trước khi thanh toán" in asked.text
    assert "539.160 đ" in asked.text
    assert cards.world.listed("checkout.session") == []
    left = asked.send(currency="USD", amount="20,50")
    press(hosted(left), "pay")
    cards.tell()

    assert [gift.amount for gift in gifts(a_branch)] == [539_160]
    assert cards.world.get(session_of(cards))["amount_total"] == 2050


@pytest.mark.parametrize("typed", ["", "1.250", "1,250.00", "-5", "20 usd", "²", "1e3", "0"])
def test_an_amount_that_reads_in_two_ways_is_refused(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, typed: str
) -> None:
    with unit_of_work(DirectoryScope()) as session:
        set_rate(session, "USD", Decimal(26_300), source="Vietcombank")

    sent = card_page(somebody(application), a_branch).send(currency="USD", amount=typed)

    assert sent.status == 422
    assert cards.world.listed("checkout.session") == []


def test_a_provider_that_does_not_answer_is_told_kindly_and_goes_on_later(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    page = card_page(somebody(application), a_branch)
    cards.server.faults.append("cut")

    away = page.send()
    then = page.send()

    assert away.status == 503
    assert "hoặc chuyển khoản" in away.text
    assert "Chuyển khoản thay, quét mã VietQR" in away.text
    assert hosted(then)
    assert session_of(cards)


def test_every_month_until_one_stops(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, server: MailServer
) -> None:
    browser = somebody(application)
    page = card_page(browser, a_branch, donor_name="Trần Văn Bình", email="binh@example.vn")
    press(hosted(page.send(often="monthly")), "pay")
    cards.tell()
    assert len(gifts(a_branch)) == 1
    assert "Ủng hộ hằng tháng, lần tới ngày" in state_page(page).text

    (subscription,) = cards.world.listed("subscription")
    plans_at_stripe.renew(cards.world, subscription["id"])
    cards.tell()
    drain_outbox()

    assert len(gifts(a_branch)) == 2
    assert len(server.taken) == 2


def test_a_monthly_form_sent_twice_is_one_plan(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    browser = somebody(application)
    page = card_page(browser, a_branch)
    first = page.send(often="monthly")

    other_form = aged(browser.open(page.path))

    assert hosted(other_form.send(often="monthly")) == hosted(first)
    assert other_form.send(often="monthly", covers_fee="y").status == 409


def test_a_card_page_is_of_its_branch_alone(
    application: Flask,
    cards: CardHouse,
    city: BranchAtHand,
    a_branch: BranchAtHand,
    another_branch: BranchAtHand,
) -> None:
    an_account(another_branch, city)
    browser = somebody(application)
    page = card_page(browser, a_branch)
    elsewhere = page.path.replace(a_branch.slug, another_branch.slug)

    assert browser.open(elsewhere).status == 404
    assert page.send(elsewhere).status == 404
    assert cards.world.listed("checkout.session") == []
    press(hosted(page.send()), "pay")
    cards.tell()
    assert gifts(another_branch) == []
    assert today() == gifts(a_branch)[0].received_on
