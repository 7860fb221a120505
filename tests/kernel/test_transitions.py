"""A table of states: every pair of them is the same, ahead, behind, or neither."""

from enum import StrEnum

from app.kernel.transitions import Step, Transitions


class Door(StrEnum):
    """A door that two people may have left by."""

    SHUT = "shut"
    AJAR = "ajar"
    LEFT = "left"
    RIGHT = "right"


TABLE = Transitions(
    {
        Door.SHUT: frozenset({Door.AJAR}),
        Door.AJAR: frozenset({Door.LEFT, Door.RIGHT}),
        Door.LEFT: frozenset(),
        Door.RIGHT: frozenset(),
    }
)


def test_several_steps_ahead_are_ahead() -> None:
    assert TABLE.step(Door.SHUT, Door.LEFT) is Step.FORWARD
    assert TABLE.step(Door.LEFT, Door.SHUT) is Step.BACKWARD
    assert TABLE.step(Door.LEFT, Door.RIGHT) is Step.IMPOSSIBLE
    assert TABLE.step(Door.AJAR, Door.AJAR) is Step.SAME


def test_what_nothing_follows_is_final() -> None:
    assert [door for door in Door if TABLE.is_final(door)] == [Door.LEFT, Door.RIGHT]
