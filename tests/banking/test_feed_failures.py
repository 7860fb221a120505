"""A list that is not given is a failure of a few kinds, in bounded time, and gives nothing away."""

import threading
from datetime import timedelta

import pytest

from app.banking.feeds import fetching
from app.banking.feeds.casso import Casso
from app.banking.feeds.protocol import KeyRefused, PulledFeed, PullFailed, RateLimited
from app.banking.feeds.sepay import SePay
from tests.builders.aggregators import (
    ACCOUNT,
    DAY,
    KEY,
    NOON,
    Aggregator,
    Answer,
    as_casso,
    as_sepay,
    entry,
    record,
)


def pulling(aggregator: Aggregator) -> list[PulledFeed]:
    """Both, at the server of the test."""
    return [SePay(aggregator.address, pause=0), Casso(aggregator.address, pause=0)]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_not_tried_again(aggregator: Aggregator, status: int) -> None:
    aggregator.answer = lambda _path, _query: (status, {}, b'{"error":401}')

    for feed in pulling(aggregator):
        aggregator.asked.clear()
        with pytest.raises(KeyRefused):
            feed.pull(KEY, ACCOUNT, DAY, DAY)
        assert len(aggregator.asked) == 1


def test_a_key_may_also_be_refused_with_a_friendly_status(aggregator: Aggregator) -> None:
    aggregator.answer = lambda _path, _query: (200, {}, b"")
    with pytest.raises(KeyRefused):
        SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)
    body = b'{"error":401,"message":"Unauthorized Access","data":null}'
    aggregator.answer = lambda _path, _query: (200, {}, body)
    with pytest.raises(KeyRefused):
        Casso(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)


@pytest.mark.parametrize("key", ["a\r\nX-Evil: 1", "khoá", "a\0", "a\tb"])
def test_a_key_that_no_header_can_carry_goes_nowhere(aggregator: Aggregator, key: str) -> None:
    for feed in pulling(aggregator):
        with pytest.raises(KeyRefused):
            feed.pull(key, ACCOUNT, DAY, DAY)
    assert aggregator.asked == []


@pytest.mark.parametrize("name", ["Retry-After", "x-sepay-userapi-retry-after"])
def test_who_asked_too_often_waits_as_told_and_asks_once_more(
    aggregator: Aggregator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(fetching, "wait", waited.append)
    then = as_sepay([entry(1, NOON)])

    def answer(path: str, query: dict[str, str]) -> Answer:
        return then(path, query) if len(aggregator.asked) > 1 else (429, {name: "2"}, b"")

    aggregator.answer = answer

    assert len(SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY).tellings) == 1
    assert waited == [2]


@pytest.mark.parametrize(
    ("told", "waited", "asked"),
    [("0", [0], 2), ("30", [30], 2), ("31", [], 1), ("999999", [], 1), ("soon", [1], 2)],
)
def test_who_is_limited_still_gives_up(
    aggregator: Aggregator,
    monkeypatch: pytest.MonkeyPatch,
    told: str,
    waited: list[float],
    asked: int,
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(fetching, "wait", waits.append)
    aggregator.answer = lambda _path, _query: (429, {"Retry-After": told}, b"")

    with pytest.raises(RateLimited) as limited:
        Casso(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)

    assert (waits, len(aggregator.asked)) == (waited, asked)
    assert limited.value.wait_seconds == (int(told) if told.isdigit() else 1)


def test_a_server_with_trouble_is_asked_once_more(
    aggregator: Aggregator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "wait", lambda _seconds: None)
    then = as_casso([record(1, "2026-11-24")])

    def answer(path: str, query: dict[str, str]) -> Answer:
        return then(path, query) if len(aggregator.asked) > 1 else (502, {}, b"<html>")

    aggregator.answer = answer
    assert len(Casso(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY).tellings) == 1

    aggregator.asked.clear()
    aggregator.answer = lambda _path, _query: (503, {}, b"")
    with pytest.raises(PullFailed, match="status 503"):
        Casso(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)
    assert len(aggregator.asked) == 2


def test_nobody_there_is_a_failure_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "wait", lambda _seconds: None)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    with pytest.raises(PullFailed, match="unreachable") as failed:
        SePay("http://127.0.0.1:9").pull(KEY, ACCOUNT, DAY, DAY)
    assert KEY not in str(failed.value)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_sends_us_and_the_key_elsewhere(aggregator: Aggregator, status: int) -> None:
    there = f"{aggregator.address}/elsewhere"
    aggregator.answer = lambda _path, _query: (status, {"Location": there}, b"")

    for feed in pulling(aggregator):
        aggregator.asked.clear()
        with pytest.raises(PullFailed):
            feed.pull(KEY, ACCOUNT, DAY, DAY)
        assert len(aggregator.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>", b"null", b"[]", b"{}", b"7", b'{"transactions":{}}', b'{"transactions":null}',
        b'{"error":0}', b'{"error":0,"data":[]}', b'{"error":5,"data":{"records":[]}}',
        b'{"error":0,"data":{"records":{}}}', b'{"error":0,"data":{"records":[],"totalPages":"x"}}',
        b'{"error":0,"data":{"records":[]}}',
        b'{"error":0,"error":0}', b"\xff", b"[" * 100_000, b'{"data":NaN}',
    ],
)  # fmt: skip
def test_answers_of_another_shape_are_failures(aggregator: Aggregator, body: bytes) -> None:
    aggregator.answer = lambda _path, _query: (200, {}, body)

    for feed in pulling(aggregator):
        with pytest.raises(PullFailed):
            feed.pull(KEY, ACCOUNT, DAY, DAY)


def test_endless_and_broken_answers_are_given_up(
    aggregator: Aggregator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "wait", lambda _seconds: None)
    aggregator.answer = lambda _path, _query: (200, {"Content-Length": "1000"}, b"{")
    with pytest.raises(PullFailed, match="unreachable"):
        SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)

    monkeypatch.setattr(fetching, "MAX_ANSWER", 1000)
    aggregator.answer = lambda _path, _query: (200, {}, b" " * 100_000)
    with pytest.raises(PullFailed, match="size"):
        SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)

    monkeypatch.setattr(fetching, "DEADLINE", timedelta(seconds=-1))
    aggregator.answer = lambda _path, _query: (200, {}, b"{}")
    with pytest.raises(PullFailed, match="deadline"):
        SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)


def test_a_server_that_says_nothing_is_given_up(
    aggregator: Aggregator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "READ_SECONDS", 0.2)
    monkeypatch.setattr(fetching, "wait", lambda _seconds: None)
    over = threading.Event()

    def answer(_path: str, _query: dict[str, str]) -> Answer:
        over.wait(5)
        return 500, {}, b""

    aggregator.answer = answer
    with pytest.raises(PullFailed, match="unreachable"):
        SePay(aggregator.address).pull(KEY, ACCOUNT, DAY, DAY)
    over.set()
