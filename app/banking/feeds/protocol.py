"""What an aggregator can do for us, and how it refuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.banking.commands import Telling


class Refused(Exception):
    """What came is not taken. `reason` is a word for the log; nothing of what came is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forged(Refused):
    """Nothing proves that the aggregator sent this, and now."""


class Malformed(Refused):
    """The aggregator's word, but not one that can be read as a movement of money."""


class PullFailed(Exception):
    """The aggregator did not give its list; asking again later is right. `reason` as in Refused."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeyRefused(PullFailed):
    """The aggregator does not know this key (any more): asking again is no use, a person is."""


class RateLimited(PullFailed):
    """Asked too often, and again after waiting as told; `wait_seconds` says what was told last."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__("asked too often")
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class FeedTelling:
    """A movement, and the account it is of: capital letters and digits alone.

    The telling's place is the aggregator's own id of the movement, the same in every delivery.
    """

    account_number: str
    telling: Telling


@dataclass(frozen=True, slots=True)
class Pulled:
    """What an aggregator's list said, oldest first, and how many of its entries nobody can read."""

    tellings: tuple[FeedTelling, ...]
    unreadable: int


class Feed(Protocol):
    """An aggregator that sends what happened on an account."""

    def check_signature(
        self, headers: Mapping[str, str], raw_body: bytes, secrets: Sequence[str], now: datetime, /
    ) -> None:
        """Prove that the aggregator sent this body, with any of these secrets (two in rotation).

        What carries a signed time is taken within 300 seconds of `now` (aware) on either side.

        Raises:
            Forged: it is not proved.
        """
        ...

    def told(self, raw_body: bytes) -> tuple[FeedTelling, ...]:
        """The movements that a proved body tells of; none when it only tries the connection.

        Raises:
            Malformed: any part of it cannot be read, so nothing of it counts.
        """
        ...


class PulledFeed(Feed, Protocol):
    """An aggregator that also gives its list when asked."""

    def pull(self, key: str, account_number: str, since: date, until: date) -> Pulled:
        """The movements of an account on the days from `since` to `until`, both included.

        Raises:
            PullFailed: not all of the list was had, so nothing of it is given.
        """
        ...
