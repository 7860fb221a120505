"""States that only go forward, as a table: what is told late or twice changes nothing."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)


class Step(Enum):
    """What a told state means to the present one."""

    SAME = "same"
    FORWARD = "forward"
    BACKWARD = "backward"
    IMPOSSIBLE = "impossible"


class Transitions(Generic[S]):
    """Which state may follow which; every state has its line in `table`."""

    def __init__(self, table: Mapping[S, frozenset[S]]) -> None:
        self._table = table
        self._ahead = {state: self._reached(state) for state in table}

    def step(self, now: S, told: S) -> Step:
        """Whether `told` is ahead of `now`, however many steps, or behind it, or neither."""
        if told == now:
            return Step.SAME
        if told in self._ahead[now]:
            return Step.FORWARD
        return Step.BACKWARD if now in self._ahead[told] else Step.IMPOSSIBLE

    def is_final(self, state: S) -> bool:
        """Whether nothing follows."""
        return not self._table[state]

    def _reached(self, state: S) -> frozenset[S]:
        found: set[S] = set()
        waiting = [state]
        while waiting:
            fresh = self._table[waiting.pop()] - found
            found |= fresh
            waiting += fresh
        return frozenset(found)
