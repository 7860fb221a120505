"""Friends abroad: the gift is in đồng at a frozen rate, and what was given stands as evidence."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text

from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.kernel.errors import Invalid
from app.payments.rates import current_rate, current_rates, set_rate
from tests.builders.branches import BranchAtHand
from tests.builders.cards import CardHouse, ask_back, balances, card_house, gift_count, payment_of
from tests.builders.consequences import drain_outbox
from tests.doubles.stripe import cards as at_stripe
from tests.doubles.stripe.world import World
from worker.tasks.payments import read_payouts

RATE = Decimal(26_100)


@pytest.fixture
def dollars(application: Flask) -> Iterator[CardHouse]:
    """A Stripe whose balance is in dollars."""
    with card_house(application, World(settles_in="usd")) as house:
        keep("USD", RATE)
        yield house
        drain_outbox()


def keep(currency: str, rate: Decimal) -> None:
    """A person keeps a rate."""
    with unit_of_work(DirectoryScope()) as session:
        set_rate(session, currency, rate, source="Vietcombank, 24/11/2026")


def test_fifty_dollars_are_a_gift_in_dong_with_their_evidence(
    dollars: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = dollars.pay(a_branch, 5_000, currency="USD", rate=RATE)

    dollars.tell()

    # 50 USD at 26.100; the fee of 3,4 % and 0,30 USD is 2,00 USD, at the same rate.
    assert balances(a_branch) == {"113": 1_252_800, "5111": -1_305_000, "642": 52_200}
    with reading(a_branch.scope) as session:
        query = "SELECT donation_id, currency, minor, rate, fee_currency, fee_minor"
        row = session.execute(text(query + " FROM donation_currencies")).one()
        source = session.execute(text("SELECT source FROM donations")).scalar_one()
    assert tuple(row) == (payment_id, "USD", 5_000, RATE, "USD", 200)
    assert source == "overseas"


def test_a_rate_that_moved_until_the_payout_is_a_difference_of_exchange(
    dollars: CardHouse, a_branch: BranchAtHand
) -> None:
    dollars.pay(a_branch, 5_000, currency="USD", rate=RATE)
    dollars.tell()
    at_stripe.pay_out(dollars.world, "usd")
    keep("USD", Decimal(26_000))

    read_payouts()

    # 48 USD arrive at 26.000 and stood at 26.100.
    assert balances(a_branch) == {
        "112": 1_248_000,
        "413": 4_800,
        "5111": -1_305_000,
        "642": 52_200,
    }


def test_a_later_rate_changes_no_earlier_gift(dollars: CardHouse, a_branch: BranchAtHand) -> None:
    payment_id = dollars.pay(a_branch, 5_000, currency="USD", rate=RATE)
    keep("USD", Decimal(30_000))

    dollars.tell()

    assert payment_of(a_branch, payment_id).amount == 1_305_000
    assert balances(a_branch)["5111"] == -1_305_000


def test_parts_of_foreign_money_go_back_without_a_rest(
    dollars: CardHouse, a_branch: BranchAtHand
) -> None:
    payment_id = dollars.pay(a_branch, 3_333, currency="USD", rate=RATE)
    dollars.pay(a_branch, 5_000, currency="USD", rate=RATE)
    dollars.tell()

    for part in (1_111, 1_111, 1_111):
        ask_back(a_branch, payment_id, part)

    assert balances(a_branch)["5111"] == -1_305_000
    assert gift_count(a_branch) == 1


def test_dong_that_settle_in_dollars_have_their_fee_in_proportion(
    dollars: CardHouse, a_branch: BranchAtHand
) -> None:
    dollars.pay(a_branch, 2_630_000)

    dollars.tell()

    # 100 USD at the double's rate, of which 3,70 USD are the fee.
    assert balances(a_branch) == {"113": 2_532_690, "5111": -2_630_000, "642": 97_310}


def test_dollars_that_settle_in_dong_differ_when_they_are_paid_out(
    application: Flask, a_branch: BranchAtHand
) -> None:
    with card_house(application, World(settles_in="vnd")) as house:
        house.pay(a_branch, 5_000, currency="USD", rate=RATE)
        house.tell()
        at_stripe.pay_out(house.world)

        read_payouts()

    # The double gives 26.300 for a dollar: 1.315.000 đ less 52.710 đ.
    assert balances(a_branch) == {
        "112": 1_262_290,
        "413": -10_000,
        "5111": -1_305_000,
        "642": 52_710,
    }


def test_the_newest_rate_counts_and_the_older_stay() -> None:
    keep("EUR", Decimal("30450.5"))
    keep("EUR", Decimal(30_500))

    with reading(DirectoryScope()) as session:
        assert current_rate(session, "EUR") == Decimal(30_500)
        assert current_rate(session, "VND") is None
        assert [each.currency for each in current_rates(session)].count("EUR") == 1


@pytest.mark.parametrize(
    ("currency", "rate"),
    [("VND", "1"), ("ZZZ", "1"), ("USD", "0"), ("USD", "-1"), ("USD", "NaN"), ("USD", "1e9")],
)
def test_what_is_no_rate_is_refused(currency: str, rate: str) -> None:
    with pytest.raises(Invalid):
        keep(currency, Decimal(rate))
