"""Card money at the branch's desk: seen by those who see the bank, given back by the chair."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.db.unit_of_work import reading
from app.kernel.clock import local, now
from app.kernel.days import format_day
from app.kernel.ids import uuid7
from app.payments.queries import refunds_of
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.cards import CardHouse, ask_back, card_house, change
from tests.builders.consequences import drain_outbox
from tests.builders.pages import Browser
from tests.doubles.stripe import cards as at_stripe

REASON = "Chuyển nhầm <b>100%</b> số tiền"


@pytest.fixture
def cards(application: Flask) -> Iterator[CardHouse]:
    """The application takes cards while the test lasts."""
    with card_house(application) as house:
        yield house
        drain_outbox()


@pytest.fixture
def chair(application: Flask, a_branch: BranchAtHand) -> Browser:
    """The chair of `a_branch`, signed in."""
    return Browser(application).signed_in(a_member(a_branch, Role.CHAIR))


def desk(branch: BranchAtHand, *rest: object) -> str:
    """Where the branch's card money is, or one payment of it."""
    return f"/b/{branch.slug}/ngan-hang/the/" + "/".join(map(str, rest))


def refunds(branch: BranchAtHand, payment_id: UUID) -> list[tuple[int, str]]:
    """What went back of a payment, or is to go."""
    with reading(branch.scope) as session:
        return [(each.minor, each.state) for each in refunds_of(session, payment_id)]


def test_the_list_says_whose_how_much_and_what_went_back(
    cards: CardHouse, treasurer: Browser, a_branch: BranchAtHand
) -> None:
    old = cards.pay(a_branch)
    new = cards.pay(a_branch, 2_500, currency="USD", rate=Decimal(25_000))
    cards.tell()
    ask_back(a_branch, old, 120_000)

    page = treasurer.open(desk(a_branch)).text

    assert page.index(str(new)) < page.index(str(old))
    for said in ("Nguyễn Thị Ngọc Ánh", "500.000 đ", "120.000 đ", "25,00 USD", "625.000 đ"):
        assert said in page
    assert f'href="/b/{a_branch.slug}/ung-ho/{old}"' in page


def test_without_payments_the_page_says_why(
    application: Flask, treasurer: Browser, a_branch: BranchAtHand
) -> None:
    off = treasurer.open(desk(a_branch)).text
    linked = treasurer.open(f"/b/{a_branch.slug}/ngan-hang/").text
    with card_house(application):
        on = treasurer.open(desk(a_branch)).text
        linked_on = treasurer.open(f"/b/{a_branch.slug}/ngan-hang/").text

    assert "Nhận thẻ đang tắt" in off
    assert "Chưa ai trả bằng thẻ" in on
    assert 'ngan-hang/the/"' not in linked
    assert 'ngan-hang/the/"' in linked_on


def test_a_gift_by_card_leads_to_its_payment(
    cards: CardHouse, treasurer: Browser, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()

    page = treasurer.open(f"/b/{a_branch.slug}/ung-ho/{payment_id}").text
    shown = treasurer.open(desk(a_branch, payment_id)).text

    assert f'href="{desk(a_branch, payment_id)}"' in page
    assert f"{payment_id}/huy" not in page
    assert "Thẻ đã trả" in page
    # What the double took of it, and what is in the book.
    assert "25.000 đ" in shown
    assert "475.000 đ" in shown
    assert "Biên nhận số 0000001" in shown


def test_a_part_then_the_rest_goes_back(
    cards: CardHouse, chair: Browser, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.pay(a_branch)
    cards.tell()
    path = desk(a_branch, payment_id)

    answer = chair.open(path).send(to=f"{path}/hoan", amount="200k", reason=REASON)
    waiting = chair.open(path)
    drain_outbox()
    done = chair.open(path)
    assert (answer.status, answer.location) == (303, path)
    assert "Đang hoàn" in waiting.text
    assert "&lt;b&gt;100%&lt;/b&gt;" in waiting.text
    assert "Đã hoàn về thẻ" in done.text
    assert "Đang hoàn" not in done.text
    assert done.values()["amount"] == "300.000 đ"

    done.send(to=f"{path}/hoan", reason=REASON)
    drain_outbox()

    assert refunds(a_branch, payment_id) == [(200_000, "succeeded"), (300_000, "succeeded")]
    page = chair.open(path).text
    gift = chair.open(f"/b/{a_branch.slug}/ung-ho/{payment_id}")
    assert gift.status == 200
    assert "Đã yêu cầu hoàn tiền về thẻ" in gift.text
    assert "Đã trả, tiền đã đi hết" in page
    assert f"{path}/hoan" not in page


def test_foreign_money_goes_back_to_the_last_cent(
    cards: CardHouse, chair: Browser, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch, 3_333, currency="USD", rate=Decimal("25123.45"))
    cards.pay(a_branch, 3_000_000)
    cards.tell()
    path = desk(a_branch, payment_id)

    chair.open(path).send(to=f"{path}/hoan", amount="100.000", reason=REASON)
    chair.open(path).send(to=f"{path}/hoan", reason=REASON)
    drain_outbox()

    # 100.000 / 251,2345 = 398,03 cents, rounded up.
    assert refunds(a_branch, payment_id) == [(399, "succeeded"), (2_934, "succeeded")]


def test_a_form_that_is_sent_twice_is_one_refund(
    cards: CardHouse, chair: Browser, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.pay(a_branch)
    cards.tell()
    path = desk(a_branch, payment_id)
    form = chair.open(path)

    answers = [form.send(to=f"{path}/hoan", reason=REASON) for _ in range(2)]
    drain_outbox()
    answers.append(form.send(to=f"{path}/hoan", reason=REASON))

    assert [(each.status, each.location) for each in answers] == [(303, path)] * 3
    assert refunds(a_branch, payment_id) == [(500_000, "succeeded")]
    assert len(cards.world.listed("refund")) == 1


def test_what_cannot_go_back_is_refused_at_its_field(
    cards: CardHouse, chair: Browser, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    path = desk(a_branch, payment_id)
    form = chair.open(path)

    for typed, name in (
        ({"amount": "500.001", "reason": REASON}, "amount"),
        ({"amount": "", "reason": REASON}, "amount"),
        ({"amount": "0", "reason": REASON}, "amount"),
        ({"amount": "100.000", "reason": "."}, "reason"),
    ):
        page = form.send(to=f"{path}/hoan", **typed)
        assert page.status == 422
        assert f'id="{name}-error"' in page.text
    assert refunds(a_branch, payment_id) == []


def test_an_unpaid_payment_has_nothing_to_give_back(
    cards: CardHouse, chair: Browser, a_branch: BranchAtHand
) -> None:
    paid, unpaid = cards.pay(a_branch), cards.prepare(a_branch)
    cards.tell()
    form = chair.open(desk(a_branch, paid))

    page = form.send(to=desk(a_branch, unpaid, "hoan"), reason=REASON)

    assert page.status == 409
    assert "chưa có tiền" in page.text


@pytest.mark.parametrize("role", [Role.TREASURER, Role.BOOKKEEPER, Role.INSPECTOR])
def test_only_the_chair_gives_back(
    cards: CardHouse, application: Flask, a_branch: BranchAtHand, role: Role
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    path = desk(a_branch, payment_id)
    page = Browser(application).signed_in(a_member(a_branch, role)).open(path)

    answer = page.send(to=f"{path}/hoan", id=str(uuid7()), amount="500.000", reason=REASON)

    assert "Chỉ chủ tịch hội được hoàn tiền về thẻ" in page.text
    assert f"{path}/hoan" not in page.text
    assert answer.status == 403
    assert refunds(a_branch, payment_id) == []


def test_a_payment_of_another_branch_is_not_there(
    cards: CardHouse, chair: Browser, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    own, theirs = cards.pay(a_branch), cards.pay(another_branch)
    cards.tell()
    form = chair.open(desk(a_branch, own))

    answers = [
        answer
        for named in (theirs, uuid7())
        for answer in (
            chair.open(desk(a_branch, named)),
            form.send(to=desk(a_branch, named, "hoan"), reason=REASON),
        )
    ]

    assert [answer.status for answer in answers] == [404] * 4
    assert str(theirs) not in chair.open(desk(a_branch)).text
    assert refunds(another_branch, theirs) == []


def test_a_dispute_says_until_when_to_answer_and_what_to_do(
    cards: CardHouse, treasurer: Browser, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.pay(a_branch)
    cards.tell()
    told = at_stripe.dispute(cards.world, cards.intent_of(a_branch, payment_id))
    cards.tell()
    day = format_day(local(now() + timedelta(days=9)).date())

    pages = [treasurer.open(desk(a_branch)).text, treasurer.open(desk(a_branch, payment_id)).text]
    at_stripe.close_dispute(cards.world, told["id"], is_won=True)
    cards.tell()
    after = treasurer.open(desk(a_branch)).text

    for page in pages:
        assert "Trả lời ở cổng thanh toán trước" in page
        assert f"{day} (còn 9 ngày)" in page
    assert "Trả lời ở cổng thanh toán" not in after


def test_a_refused_refund_waits_for_somebody_until_it_is_asked_for_again(
    cards: CardHouse, treasurer: Browser, a_branch: BranchAtHand
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    ask_back(a_branch, payment_id, 200_000)
    (refund,) = cards.world.listed("refund")
    at_stripe.fail_refund(cards.world, refund["id"])
    cards.tell()

    before = treasurer.open(desk(a_branch)).text
    ask_back(a_branch, payment_id, 200_000)
    after = treasurer.open(desk(a_branch)).text

    assert "Không hoàn được 200.000 đ" in before
    assert "Không hoàn được" not in after


@pytest.mark.parametrize("problem", ["reference", "currency", "amount", "intent", "dispute"])
def test_a_payment_that_does_not_fit_is_said_in_words(
    cards: CardHouse, treasurer: Browser, a_branch: BranchAtHand, problem: str
) -> None:
    payment_id = cards.pay(a_branch)
    cards.tell()
    change(a_branch, f"problem = '{problem}'")

    pages = [treasurer.open(desk(a_branch)), treasurer.open(desk(a_branch, payment_id))]

    # The book of a test ends sound.
    change(a_branch, "problem = NULL")
    assert all("Hãy báo quản trị." in page.text for page in pages)
