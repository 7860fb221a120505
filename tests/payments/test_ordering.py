"""What the payer is shown: the gift and the fee on lines of their own, to the smallest unit."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payments.ordering import Wording, order_of
from app.payments.plans import PlanView
from app.payments.rules import priced
from app.payments.states import PlanState

SAID = Wording(gift="Quỹ khuyến học", fee="Phí thẻ", locale="vi", email="anh@example.vn")
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def row(currency: str, minor: int, rate: Decimal | None, *, covers_fee: bool) -> PlanView:
    """A row as it would be kept."""
    price = priced(currency, minor, rate, covers_fee=covers_fee)
    return PlanView(
        id=UUID(int=7),
        offer_id=UUID(int=8),
        fund_id=UUID(int=9),
        amount=price.amount,
        cover_amount=price.cover_amount,
        currency=currency,
        total_minor=price.total_minor,
        rate=rate,
        state=PlanState.PREPARED,
        session_ref=None,
        subscription_ref=None,
        started_on=None,
        made_at=NOON,
    )


def test_the_fee_stands_on_its_own_line() -> None:
    order = order_of(
        row("VND", 500_000, None, covers_fee=True), SAID, done_url="https://a", back_url="https://b"
    )

    assert [(line.name, line.minor) for line in order.lines] == [
        ("Quỹ khuyến học", 500_000),
        ("Phí thẻ", 31_381),
    ]
    assert order.expires_at == datetime(2026, 11, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize("covers_fee", [True, False])
@given(minor=st.integers(100, 9_000_000))
def test_foreign_gifts_are_shown_to_the_cent(minor: int, *, covers_fee: bool) -> None:
    payable = row("USD", minor, Decimal("26100.5"), covers_fee=covers_fee)

    order = order_of(payable, SAID, done_url="https://a", back_url="https://b")

    assert order.lines[0].minor == minor
    assert order.total == payable.total_minor
    assert len(order.lines) == 1 + covers_fee
