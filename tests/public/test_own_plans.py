"""Monthly giving on a giver's own page: he pauses, goes on and ends it himself, and nobody else."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app import audit
from app.db.unit_of_work import reading, unit_of_work
from app.donations.queries import DonationFilter, donations
from app.giving.links import Link, Opens
from app.kernel.ids import uuid7
from tests.builders.branches import BranchAtHand
from tests.builders.cards import CardHouse, card_house
from tests.builders.consequences import drain_outbox
from tests.builders.donations import a_gift, give
from tests.builders.pages import Browser, Page
from tests.doubles.stripe import plans as at_stripe

PAUSE, GO_ON, END = "pause", "go_on", "end"


@pytest.fixture
def cards(application: Flask) -> Iterator[CardHouse]:
    """The application takes cards while the test lasts."""
    with card_house(application) as house:
        yield house


def giver_of(branch: BranchAtHand) -> UUID:
    """Who gave the branch's latest gift."""
    with reading(branch.scope) as session:
        return donations(session, DonationFilter(at_most=1))[0].donor_id


def own_page(application: Flask, branch: BranchAtHand, donor_id: UUID) -> Page:
    """The giver's own page."""
    key = application.extensions["settings"].secret_key
    token = Link(Opens.GIVER, branch.id, donor_id).token(key)
    return Browser(application).open(f"/trang-cua-toi/{token}")


def asked(page: Page, plan_id: UUID, change: str, **typed: str) -> Page:
    """The answer to the page's button."""
    sent = page.send(f"{page.path}/hang-thang/{plan_id}", change=change, **typed)
    assert sent.status in {303, 404}, sent.text
    return sent


def shown(page: Page) -> str:
    """The page as it is now, to the same browser."""
    return page.client.get(page.path).text.replace("\u00a0", " ")


@pytest.fixture
def plan(cards: CardHouse, a_branch: BranchAtHand) -> tuple[UUID, str]:
    """A plan of which one month was paid; its id and its subscription."""
    made = cards.plan(a_branch)
    cards.tell()
    return made


def collects(house: CardHouse, subscription: str) -> str:
    """How the provider has the plan: collecting, paused, canceled."""
    told = house.world.get(subscription)
    return "paused" if told["pause_collection"] else str(told["status"])


def test_a_giver_pauses_goes_on_and_ends_his_plan(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, plan: tuple[UUID, str]
) -> None:
    plan_id, subscription = plan
    page = own_page(application, a_branch, giver_of(a_branch))
    assert "100.000 đ mỗi tháng" in page.text
    assert "Đang ủng hộ" in page.text
    assert re.search(r"Lần tới: ngày \d\d/\d\d/\d{4}", page.text)
    told = []

    for change in (PAUSE, GO_ON, END):
        asked(page, plan_id, change, id=str(uuid7()))
        told.append((collects(cards, subscription), shown(page)))

    assert [state for state, _ in told] == ["paused", "active", "canceled"]
    assert "Đang tạm ngừng" in told[0][1]
    assert "Đang ủng hộ" in told[1][1]
    assert "Đã dừng" in told[2][1]
    assert 'value="end"' not in told[2][1]
    with reading(a_branch.scope) as session:
        actions = [event.action for event in audit.trail(session, plan_id)]
    assert [action for action in actions if action.endswith("_asked")] == [
        "payment_plans.pause_asked",
        "payment_plans.continuation_asked",
        "payment_plans.end_asked",
    ]


def test_sent_twice_it_is_done_once(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, plan: tuple[UUID, str]
) -> None:
    plan_id, subscription = plan
    page = own_page(application, a_branch, giver_of(a_branch))
    once = str(uuid7())

    asked(page, plan_id, PAUSE, id=once)
    asked(page, plan_id, PAUSE, id=once)

    assert collects(cards, subscription) == "paused"
    assert cards.server.calls.count("post /v1/subscriptions/{subscription_exposed_id}") <= 1
    with reading(a_branch.scope) as session:
        actions = [event.action for event in audit.trail(session, plan_id)]
    assert actions.count("payment_plans.pause_asked") == 1


def test_a_month_that_failed_is_told_with_what_to_do(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, plan: tuple[UUID, str]
) -> None:
    at_stripe.renew(cards.world, plan[1], is_paid=False)
    cards.tell()

    page = own_page(application, a_branch, giver_of(a_branch))

    assert "Tháng này chưa trừ được thẻ" in page.text
    assert "đăng ký lại bằng thẻ khác" in page.text


def test_a_provider_that_is_away_or_switched_off_is_told_and_changes_nothing(
    application: Flask, cards: CardHouse, a_branch: BranchAtHand, plan: tuple[UUID, str]
) -> None:
    plan_id, subscription = plan
    page = own_page(application, a_branch, giver_of(a_branch))
    cards.server.faults.append("429")

    asked(page, plan_id, PAUSE, id=str(uuid7()))
    away = shown(page)
    application.extensions["card_payments"] = None
    asked(page, plan_id, PAUSE, id=str(uuid7()))

    assert "Cổng thanh toán thẻ chưa trả lời" in away
    assert "Cổng thanh toán thẻ chưa trả lời" in shown(page)
    assert collects(cards, subscription) == "active"


def test_a_plan_is_its_givers_alone(
    application: Flask,
    cards: CardHouse,
    a_branch: BranchAtHand,
    another_branch: BranchAtHand,
    plan: tuple[UUID, str],
) -> None:
    plan_id, subscription = plan
    give(a_branch, a_gift(a_branch))
    stranger = giver_of(a_branch)
    give(another_branch, a_gift(another_branch))
    drain_outbox()
    # Whoever writes the other's e-mail into his details has none of his plans.
    with unit_of_work(a_branch.scope) as session:
        session.execute(
            text("UPDATE donors SET email = 'anh@example.vn' WHERE id = :id"), {"id": stranger}
        )
    pages = [
        own_page(application, a_branch, stranger),
        own_page(application, another_branch, giver_of(another_branch)),
    ]

    answers = [asked(page, plan_id, END, id=str(uuid7())) for page in pages]

    assert [answer.status for answer in answers] == [404, 404]
    assert all("mỗi tháng" not in page.text for page in pages)
    assert collects(cards, subscription) == "active"


@pytest.mark.parametrize("change", ["", "refund", "go_on"])
def test_what_has_no_meaning_changes_nothing(
    application: Flask,
    cards: CardHouse,
    a_branch: BranchAtHand,
    plan: tuple[UUID, str],
    change: str,
) -> None:
    page = own_page(application, a_branch, giver_of(a_branch))
    before = len(cards.server.calls)

    asked(page, plan[0], change, id=str(uuid7()))

    assert len(cards.server.calls) == before
