"""Budgets of tries: counted in Redis, and in this process while Redis is away (never not at all).

A try is counted before anything is done for it, in one step, so that many at once exceed nothing.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import ceil
from typing import Final, ParamSpec, TypeVar

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError

from app.kernel.errors import TooMany
from config.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

LEFT_ALONE_SECONDS: Final = 5


class Counter:
    """Where tries are counted: in Redis, for all processes, or here while it is away."""

    def __init__(self, redis_url: str) -> None:
        shared = storage_from_string(redis_url, socket_connect_timeout=1, socket_timeout=1)
        self._shared = FixedWindowRateLimiter(shared)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def ask(self, question: Callable[[FixedWindowRateLimiter], R]) -> R:
        """The answer of Redis; of this process when Redis failed in the last few seconds."""
        if time.monotonic() >= self._away_until:
            try:
                return question(self._shared)
            except RedisError:
                log.warning("tries_counted_here")
                self._away_until = time.monotonic() + LEFT_ALONE_SECONDS
        return question(self._own)


@dataclass(frozen=True, slots=True)
class Budget:
    """So many tries for each key, within a window that begins with the key's first try."""

    name: str
    tries: RateLimitItem

    def take(self, key: str) -> None:
        """Count a try.

        Raises:
            TooMany: the budget of `key` is spent; it says how many seconds are left.
        """
        its = self._named(key)
        if not counter().ask(lambda counts: counts.hit(self.tries, *its)):
            ends_at = counter().ask(lambda counts: counts.get_window_stats(self.tries, *its))[0]
            raise TooMany(max(1, ceil(ends_at - time.time())))

    def is_spent(self, key: str) -> bool:
        """Whether a try would be refused now; it is not counted."""
        its = self._named(key)
        return not counter().ask(lambda counts: counts.test(self.tries, *its))

    def give_back(self, key: str) -> None:
        """Take back a try that turned out not to count."""
        its = self._named(key)
        counter().ask(lambda counts: counts.hit(self.tries, *its, cost=-1))

    def _named(self, key: str) -> tuple[str, str, str]:
        # A digest: no address of a person lies in Redis, and any text makes a key.
        return "kh", self.name, hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def install(app: Flask, settings: Settings) -> None:
    """Count in the broker's Redis."""
    app.extensions["counter"] = Counter(settings.redis_url)


def counter() -> Counter:
    """The counter of the present application."""
    found: Counter = current_app.extensions["counter"]
    return found


def client_address() -> str:
    """From where the request comes."""
    return request.remote_addr or ""


def limited(budget: Budget) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view that one address may ask only as often as the budget says."""

    def limit(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            budget.take(client_address())
            return view(*args, **kwargs)

        return counted

    return limit
