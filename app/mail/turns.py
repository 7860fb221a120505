"""Whose turn it is to speak with the mail server: one sender at a time, for all branches.

So a server that hangs holds one process of the worker, and receipts and totals have the others; and
once it is known to be away, nobody knocks again before the pause is over.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

# A courtesy, not a guard: two who speak at once send nothing twice, for messages have their leases.
TURN_SECONDS: Final = 60
FIRST_PAUSE_SECONDS: Final = 15
LONGEST_PAUSE_SECONDS: Final = 300

TAKE: Final = """
    UPDATE mail_turn SET holder = :holder, free_at = now() + make_interval(secs => :seconds)
    WHERE free_at <= now() RETURNING holder
"""
GIVE_BACK: Final = """
    UPDATE mail_turn SET holder = NULL, failures = CASE WHEN :is_down THEN failures + 1 ELSE 0 END,
      free_at = now() + make_interval(secs => CASE WHEN :is_down
        THEN least(:first * power(2, least(failures, 10)), :longest) ELSE 0 END)
    WHERE holder = :holder
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to speak until it is given back."""

    holder: UUID


def take(session: Session) -> Turn | None:
    """The turn, or None while another has it or the server is given a pause."""
    holder = uuid4()
    taken = session.execute(text(TAKE), {"holder": holder, "seconds": TURN_SECONDS}).first()
    return Turn(holder) if taken else None


def give_back(session: Session, turn: Turn, *, is_line_down: bool) -> None:
    """Let the next one speak: at once, or after a pause that grows while the server is away."""
    session.execute(
        text(GIVE_BACK),
        {
            "holder": turn.holder,
            "is_down": is_line_down,
            "first": FIRST_PAUSE_SECONDS,
            "longest": LONGEST_PAUSE_SECONDS,
        },
    )


def pause_ends(session: Session) -> datetime | None:
    """Until when the server is given a pause; None while it is spoken with or free."""
    return session.execute(
        text("SELECT free_at FROM mail_turn WHERE holder IS NULL AND free_at > now()"),
    ).scalar()
