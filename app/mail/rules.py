"""What follows from how a conversation with the mail server ended. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from app.mail.states import State

NOT_READY_SECONDS: Final = 60
UNTRIED_SECONDS: Final = 15
# Time in which one sees that a doubtful message did arrive, before it is sent a second time.
DOUBT_SECONDS: Final = 600
SHORTEST_PAUSE_SECONDS: Final = 60
LONGEST_PAUSE_SECONDS: Final = 3600
GIVE_UP_DAYS: Final = 5  # as mail servers do among themselves (RFC 5321 §4.5.4.1)
DOUBTS: Final = 2
LONGEST_ANSWER: Final = 80


class Verdict(StrEnum):
    """How a conversation ended, as far as we know."""

    SENT = "sent"  # the server said that it has the message
    BOUNCED = "bounced"  # it refused this recipient or this message for good
    DEFERRED = "deferred"  # it has not taken the message; later perhaps
    UNTRIED = "untried"  # nobody to speak with: the message was not tried
    UNKNOWN = "unknown"  # everything was said, and no answer came


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, and the server's code or our word for what went wrong; no people.

    `is_line_down`: the server is away or silent, so that nobody else need try at once.
    """

    verdict: Verdict
    answer: str
    is_line_down: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What is known of a message that was tried: how often, in doubt how often, since how long."""

    attempts: int
    doubts: int
    is_old: bool


@dataclass(frozen=True, slots=True)
class Next:
    """Where a message goes from here, and after how many seconds it is looked at again."""

    state: State
    pause_seconds: int = 0


def after(verdict: Verdict, tried: Tried) -> Next:
    """What becomes of a message that is being sent; `tried` counts the try that ended so."""
    match verdict:
        case Verdict.SENT:
            return Next(State.SENT)
        case Verdict.BOUNCED:
            return Next(State.BOUNCED)
        case Verdict.UNKNOWN:
            is_again = tried.doubts >= DOUBTS
            return Next(State.UNKNOWN) if is_again else Next(State.QUEUED, DOUBT_SECONDS)
        case Verdict.UNTRIED:
            return Next(State.QUEUED, UNTRIED_SECONDS)
        case Verdict.DEFERRED:
            return Next(State.FAILED) if tried.is_old else Next(State.QUEUED, pause(tried.attempts))
        case _:
            assert_never(verdict)


def pause(attempts: int) -> int:
    """Seconds until the next try: one minute after the first, doubled each time, an hour at most.

    A refused message costs a server of ours little; the hour keeps us welcome at its.
    """
    return int(min(SHORTEST_PAUSE_SECONDS * 2 ** min(attempts - 1, 16), LONGEST_PAUSE_SECONDS))
