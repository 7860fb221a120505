"""The card page is no tool for trying stolen cards, and stays open to people (P21)."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app.kernel.errors import TooMany
from app.public.giving import guard
from app.public.giving.tickets import OLDEST, YOUNGEST
from app.web.limits import Budget
from tests.builders.bank import an_account
from tests.builders.branches import BranchAtHand
from tests.builders.card_pages import (
    aged,
    card_page,
    fresh_budgets,
    hosted,
    later,
    mailed_link,
    mailing,
    press,
    somebody,
)
from tests.builders.cards import CardHouse, card_house
from tests.builders.consequences import drain_outbox
from tests.builders.mail import MailServer
from tests.builders.pages import Page
from tests.campaigns.card_testing import staged


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


def sessions(house: CardHouse) -> int:
    """How many payments the provider was asked for."""
    return len(house.world.listed("checkout.session"))


def spend(budget: Budget, key: str = guard.EVERYBODY) -> None:
    """Leave nothing of a budget."""
    while not budget.is_spent(key):
        budget.take(key)


def test_a_scripted_campaign_reaches_nobody_and_a_giver_gives(application: Flask) -> None:
    seed = secrets.randbelow(2**31)
    print(f"seed {seed}")

    assert staged(application, attempts=300, addresses=20, seed=seed)


@pytest.mark.parametrize("earlier", [timedelta(0), YOUNGEST / 2, OLDEST + timedelta(seconds=1)])
def test_a_form_is_good_neither_at_once_nor_for_ever(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, earlier: timedelta
) -> None:
    browser = somebody(application)
    page = browser.open(card_page(browser, a_branch).path)

    sent = aged(page, earlier).send()

    assert sent.status == 409
    assert sessions(cards) == 0
    assert hosted(aged(Page(page.client, page.path, 200, sent.text, "")).send())


def test_a_ticket_is_of_its_offer_and_browser_and_signed(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    mine, other = somebody(application), somebody(application)
    page, another = card_page(mine, a_branch), card_page(mine, a_branch)
    theirs = aged(other.open(page.path))
    ticket = page.values()["ticket"]
    wrong = [
        another.values()["ticket"],
        theirs.values()["ticket"],
        ticket[:-2] + "xx",
        "",
        "[]",
    ]

    statuses = [page.send(ticket=each).status for each in wrong]

    assert statuses == [409] * len(wrong)
    assert sessions(cards) == 0


def test_one_ticket_is_one_payment_however_often_it_is_sent(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    page = card_page(somebody(application), a_branch)

    answers = [page.send() for _ in range(15)]

    assert sessions(cards) == 1
    assert [answer.status for answer in answers] == [200] * 11 + [303] * 4
    assert len(cards.server.calls) == 11


def test_what_nobody_pays_is_scarce_and_what_is_paid_is_given_back(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    for _ in range(6):
        press(hosted(card_page(somebody(application), a_branch).send()), "pay")
        cards.tell(cards.world.events[-3:])
    waiting = [card_page(somebody(application), a_branch) for _ in range(6)]

    statuses = [page.send().status for page in waiting]

    assert statuses == [200] * 5 + [303]


def test_given_back_once_alone(application: Flask, cards: CardHouse) -> None:
    started = uuid4()
    guard.count_start(guard.Asker("192.0.2.1", None), started)
    spend(guard.UNPROVEN)

    for _ in range(3):
        guard.start_was_paid(started)
    guard.start_was_paid(uuid4())

    guard.UNPROVEN.take(guard.EVERYBODY)
    assert guard.UNPROVEN.is_spent(guard.EVERYBODY)


def test_a_mailed_link_opens_the_card_page_once(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, server: MailServer
) -> None:
    spend(guard.UNPROVEN)
    browser = somebody(application)
    sent = browser.open(f"/q/{a_branch.slug}/ung-ho").send(
        amount="500k", way="card", email="binh@example.vn"
    )
    asked = aged(browser.open(browser.open(sent.location).location))
    assert asked.values()["email"] == "binh@example.vn"
    assert asked.send().status == 303
    drain_outbox()
    link = mailed_link(server, "binh@example.vn")
    for _ in range(3):
        assert browser.open(link).status == 200

    card = browser.open(link).send()
    again = somebody(application).open(link)

    page = aged(browser.open(card.location))
    assert hosted(page.send())
    assert again.send().status == 404
    # One proof is one payment: another form of the same browser is sent to the mailbox again.
    assert browser.open(card.location).location.endswith("/hop-thu")
    assert sessions(cards) == 1


def test_a_link_opens_its_own_offer_alone_for_half_an_hour(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, server: MailServer
) -> None:
    spend(guard.UNPROVEN)
    browser = somebody(application)
    offers = [
        browser.open(f"/q/{a_branch.slug}/ung-ho").send(amount="500k", way="card").location
        for _ in range(2)
    ]
    aged(browser.open(f"{offers[0]}/hop-thu")).send(email="binh@example.vn")
    drain_outbox()
    link = mailed_link(server, "binh@example.vn")

    with later(timedelta(minutes=31)):
        assert somebody(application).open(link).status == 404
    browser.open(link).send()

    assert browser.open(offers[1]).location.endswith("/hop-thu")
    assert browser.open(offers[0]).status == 200


def test_links_are_mailed_seldom_and_only_for_a_form_of_ours(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, server: MailServer
) -> None:
    browser = somebody(application)
    place = card_page(browser, a_branch).path + "/hop-thu"

    at_once = browser.open(place).send(email="a@example.vn")
    answers = [aged(browser.open(place)).send(email=f"{name}@example.vn").status for name in "bcd"]
    elsewhere = [somebody(application) for _ in range(3)]
    of_mailbox = [
        aged(each.open(card_page(each, a_branch).path + "/hop-thu")).send(email="e@example.vn")
        for each in elsewhere
    ]
    drain_outbox()

    assert at_once.status == 409
    assert answers == [303, 303, 429]
    assert [page.status for page in of_mailbox] == [303, 303, 429]
    assert "chuyển khoản" in of_mailbox[-1].text
    assert {taken.recipient[0] for taken in server.taken} == {"b", "c", "e"}


def test_everything_is_as_usual_half_an_hour_later(application: Flask, cards: CardHouse) -> None:
    budgets = [each for name, each in vars(guard).items() if isinstance(each, Budget)]
    of_cards = [each for each in budgets if each.name.startswith("card_")]
    asker = guard.Asker("192.0.2.9", "a@example.vn")
    with suppress(TooMany):
        for _ in range(50):
            guard.count_start(asker, uuid4())
    assert not guard.is_open(asker)

    with later(timedelta(minutes=30, seconds=1)):
        assert guard.is_open(asker)

    assert len(of_cards) > 10
    assert max(each.tries.get_expiry() for each in of_cards) <= 1800


def test_neighbours_are_counted_together(application: Flask, cards: CardHouse) -> None:
    nets = ["192.0.2.1", "192.0.2.254", "2001:db8:0:1::1", "2001:db8:0:ff::1", "", "fe80::1%eth0"]

    assert [guard.net_of(address) for address in nets] == [
        "192.0.2.0/24",
        "192.0.2.0/24",
        "2001:db8::/56",
        "2001:db8::/56",
        "",
        guard.net_of("fe80::1%eth0"),
    ]


def test_offers_of_one_address_are_so_many_and_one_sent_again_is_free(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand
) -> None:
    browser = somebody(application)
    form = browser.open(f"/q/{a_branch.slug}/ung-ho")
    for _ in range(40):
        assert form.send(amount="500k").status == 303
    others = [browser.open(f"/q/{a_branch.slug}/ung-ho").send(amount="500k") for _ in range(30)]

    assert [page.status for page in others] == [303] * 29 + [429]
    assert "rất nhiều lượt ủng hộ" in others[-1].text
    assert form.send(amount="500k").status == 303
