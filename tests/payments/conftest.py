"""Every test here has a Stripe of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.builders.cards import CardHouse, card_house
from tests.builders.consequences import drain_outbox


@pytest.fixture
def cards(application: Flask) -> Iterator[CardHouse]:
    """The application takes cards while the test lasts."""
    with card_house(application) as house:
        yield house
        # What a test left to be done is of a Stripe that nobody else can ask.
        drain_outbox()
