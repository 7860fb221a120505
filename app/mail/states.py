"""The states of a message, and which may follow which: the one table of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"  # for the paper that goes with it
    QUEUED = "queued"
    SENDING = "sending"  # claimed by a sender whose lease runs
    SENT = "sent"  # the server took it
    BOUNCED = "bounced"  # refused for good: this address, or what was sent
    UNKNOWN = "unknown"  # it may have gone out, twice: a person looks
    FAILED = "failed"  # refused or not to be made for GIVE_UP_DAYS
    WITHDRAWN = "withdrawn"  # address changed or consent gone before it left


# Final states have no successor: what a person has sent again is another message.
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.WAITING: frozenset({State.QUEUED, State.WITHDRAWN}),
    # Back to queued: its letter cannot be written yet.
    State.QUEUED: frozenset({State.QUEUED, State.SENDING, State.FAILED, State.WITHDRAWN}),
    State.SENDING: frozenset({
        State.SENT, State.BOUNCED, State.QUEUED, State.UNKNOWN, State.FAILED,
    }),
    State.SENT: frozenset(),
    State.BOUNCED: frozenset(),
    State.UNKNOWN: frozenset(),
    State.FAILED: frozenset(),
    State.WITHDRAWN: frozenset(),
}  # fmt: skip
FINAL: Final = frozenset(state for state, after in TRANSITIONS.items() if not after)
NEEDS_A_LOOK: Final = frozenset({State.BOUNCED, State.UNKNOWN, State.FAILED})


def before(state: State) -> list[str]:
    """The states from which a message may come into this one, as SQL takes them."""
    return sorted(each.value for each, after in TRANSITIONS.items() if state in after)
