"""A budget is never exceeded: by many at once, in Valkey, and in this process when that is away."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import pytest
from flask import Flask
from limits import RateLimitItemPerHour, RateLimitItemPerSecond

from app.kernel.errors import TooMany
from app.web.limits import Budget, Counter
from config.local.cluster import temporary_valkey

TEN = Budget("test", RateLimitItemPerHour(10))
AWAY = "redis://127.0.0.1:9/0"


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    """The address of a Valkey of the module's own."""
    with temporary_valkey() as address:
        yield address


@pytest.fixture(params=["here", "away"])
def counting(request: pytest.FixtureRequest, valkey: str) -> Flask:
    """An application that counts in Valkey, and one whose Valkey is away."""
    app = Flask("counting")
    app.extensions["counter"] = Counter(valkey if request.param == "here" else AWAY)
    return app


def was_taken(app: Flask, key: str, budget: Budget = TEN) -> bool:
    """Whether the budget had a try left."""
    with app.app_context():
        try:
            budget.take(key)
        except TooMany:
            return False
    return True


def test_many_at_once_exceed_nothing(counting: Flask) -> None:
    key = uuid4().hex

    with ThreadPoolExecutor(30) as at_once:
        taken = list(at_once.map(lambda _: was_taken(counting, key), range(60)))

    # Two that are counted together here may both be told the later count: never one too many.
    assert 8 <= sum(taken) <= 10
    assert not was_taken(counting, key)


def test_a_try_given_back_may_be_taken_again(counting: Flask) -> None:
    key = uuid4().hex
    assert all(was_taken(counting, key) for _ in range(10))

    with counting.app_context():
        TEN.give_back(key)

    assert [was_taken(counting, key) for _ in range(2)] == [True, False]


def test_who_waited_as_long_as_was_said_may_try_again(counting: Flask) -> None:
    once, key = Budget("once", RateLimitItemPerSecond(1, 2)), uuid4().hex
    assert was_taken(counting, key, once)

    with counting.app_context(), pytest.raises(TooMany) as refused:
        once.take(key)
    assert 1 <= refused.value.wait_seconds <= 2
    time.sleep(refused.value.wait_seconds + 0.1)  # sleeping and windows go by different clocks

    assert was_taken(counting, key, once)


def test_any_text_makes_a_key(counting: Flask) -> None:
    odd = ("", "\ud800", "\x00", "a" * 10_000, "lan@example.vn\n")

    assert [was_taken(counting, text + uuid4().hex) for text in odd] == [True] * 5
    assert was_taken(counting, "\ud800")


def test_tries_are_counted_when_valkey_goes_away() -> None:
    app, key, life = Flask("counting"), uuid4().hex, ExitStack()
    app.extensions["counter"] = Counter(life.enter_context(temporary_valkey()))
    assert all(was_taken(app, key) for _ in range(10))

    life.close()

    assert sum(was_taken(app, key) for _ in range(15)) == 10
