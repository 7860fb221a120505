"""Claim and settle: what stands before and after the conversation with the mail server.

A claim makes the letter and takes a lease in one short transaction; the conversation is outside
any; settling checks the lease, so that a sender who was thought dead changes nothing any more.
The message's fact in the outbox is its clock: due when the message is to be looked at again.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.db import outbox
from app.mail import rules
from app.mail.letters import (
    Letter,
    LetterDesk,
    LetterMaker,
    LetterMakers,
    LetterNotReady,
    MessageToWrite,
)
from app.mail.rules import Next, Outcome, Tried, Verdict
from app.mail.states import FINAL, State, before

log = structlog.get_logger()

# A sender that has not settled by then is dead: the worker ends every task sooner.
LEASE_SECONDS: Final = 300

CLAIM: Final = """
    SELECT m.id, m.purpose, m.object_id, m.recipient, m.locale, m.state, m.lease, m.due_at,
           m.due_at > now() AS is_early, m.attempts, m.unknown_count,
           m.queued_at < now() - make_interval(days => :days) AS is_old
    FROM outbox o JOIN messages m ON (m.branch_id, m.id) = (o.branch_id, o.subject_id)
    WHERE o.branch_id = current_branch() AND o.id = :fact AND o.event = 'mail.queued'
    FOR UPDATE OF m SKIP LOCKED
"""
TAKE: Final = """
    UPDATE messages SET state = 'sending', lease = :lease, attempts = attempts + 1,
           message_id = coalesce(message_id, :message_id),
           due_at = now() + make_interval(secs => :seconds)
    WHERE branch_id = current_branch() AND id = :id AND state = 'queued'
    RETURNING message_id, due_at
"""
HELD: Final = """
    SELECT id, attempts, unknown_count,
           queued_at < now() - make_interval(days => :days) AS is_old
    FROM messages
    WHERE branch_id = current_branch() AND id = :id AND state = 'sending' AND lease = :lease
    FOR UPDATE
"""
MOVE: Final = """
    UPDATE messages SET state = :state, lease = NULL, answer = :answer,
           attempts = attempts + :attempts, unknown_count = unknown_count + :doubts,
           sent_at = CASE WHEN :state = 'sent' THEN now() END,
           due_at = now() + make_interval(secs => :pause)
    WHERE branch_id = current_branch() AND id = :id AND state = ANY(:before) RETURNING due_at
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter to send now, the lease under which it is sent, and the fact that it settles."""

    fact_id: UUID
    id: UUID
    lease: UUID
    message_id: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class Hand:
    """A locked message and the fact that asks for it."""

    session: Session
    fact_id: UUID
    message: Row[Any]

    def rest(self) -> None:
        """Look again when the message is due."""
        outbox.put_off(self.session, [self.fact_id], until=self.message.due_at)

    def let_go(self) -> None:
        """Nothing follows from this fact any more."""
        outbox.settle(self.session, [self.fact_id])

    def move(self, to: Next, answer: str = "", *, attempts: int = 0, doubts: int = 0) -> None:
        """Bring the message into a state, having counted so many tries and doubts more or less."""
        moved = self.session.execute(
            text(MOVE),
            {
                "id": self.message.id,
                "state": to.state.value,
                "before": before(to.state),
                "answer": answer[: rules.LONGEST_ANSWER] or None,
                "attempts": attempts,
                "doubts": doubts,
                "pause": to.pause_seconds,
            },
        ).one()
        if to.state in FINAL:
            self.let_go()
        else:
            outbox.put_off(self.session, [self.fact_id], until=moved.due_at)

    def conclude(self, outcome: Outcome) -> None:
        """Bring a message that is being sent to where its outcome leads."""
        doubts = int(outcome.verdict is Verdict.UNKNOWN)
        tried = Tried(
            self.message.attempts, self.message.unknown_count + doubts, self.message.is_old
        )
        self.move(
            rules.after(outcome.verdict, tried),
            outcome.answer,
            attempts=-int(outcome.verdict is Verdict.UNTRIED),
            doubts=doubts,
        )


def claim(
    session: Session, fact_id: UUID, makers: LetterMakers, desk: LetterDesk, *, host: str
) -> Claimed | None:
    """Take the message of a fact and write its letter; None when there is nothing to send now.

    Then the fact rests until there may be, or is gone when there never will. `host` names us in the
    Message-ID, which is the same for every try.
    """
    row = session.execute(text(CLAIM), {"fact": fact_id, "days": rules.GIVE_UP_DAYS}).first()
    if row is None:
        return None
    hand = Hand(session, fact_id, row)
    if row.state in FINAL | {State.WAITING}:
        hand.let_go()
    elif row.is_early:
        hand.rest()
    elif row.state == State.SENDING:
        log.warning("mail_sender_died", message_id=str(row.id))
        hand.conclude(Outcome(Verdict.UNKNOWN, "the sender ended half-way"))
    else:
        letter = _letter(hand, makers, desk)
        return _taken(hand, letter, f"<{row.id}@{host}>") if letter else None
    return None


def settle(session: Session, claimed: Claimed, outcome: Outcome) -> bool:
    """Record how it ended; False, and nothing changed, when another has taken the message since."""
    asked = {"id": claimed.id, "lease": claimed.lease, "days": rules.GIVE_UP_DAYS}
    held = session.execute(text(HELD), asked).first()
    if held is None:
        log.warning("mail_settled_too_late", message_id=str(claimed.id), code=outcome.verdict)
        return False
    Hand(session, claimed.fact_id, held).conclude(outcome)
    return True


def _letter(hand: Hand, makers: LetterMakers, desk: LetterDesk) -> Letter | None:
    """The letter to send now; None when there is none, and what follows is recorded."""
    row = hand.message
    message = MessageToWrite(row.id, row.purpose, row.object_id, row.recipient, row.locale)
    try:
        with hand.session.begin_nested():
            letter = _asked(makers[row.purpose], hand.session, message, desk)
    except Exception as error:
        # Whatever a maker stumbles over, the message waits: it is only lost if nobody tries again.
        kind = type(error).__name__
        log.exception("letter_unwritten", message_id=str(row.id), kind=kind)
        hand.move(_later(hand, rules.pause(row.attempts + 1)), f"not written: {kind}", attempts=1)
        return None
    if isinstance(letter, LetterNotReady):
        hand.move(_later(hand, rules.NOT_READY_SECONDS), "not written: not ready")
        return None
    if letter is None or letter.to != row.recipient:
        hand.move(Next(State.WITHDRAWN))
        return None
    return letter


def _asked(
    make: LetterMaker, session: Session, message: MessageToWrite, desk: LetterDesk
) -> Letter | LetterNotReady | None:
    """What the maker answers; what it ordered because a part is missing is kept."""
    try:
        return make(session, message, desk)
    except LetterNotReady as answer:
        return answer


def _later(hand: Hand, pause_seconds: int) -> Next:
    """Try to write it again, for as long as one tries to send."""
    return Next(State.FAILED) if hand.message.is_old else Next(State.QUEUED, pause_seconds)


def _taken(hand: Hand, letter: Letter, message_id: str) -> Claimed:
    lease, message = uuid4(), hand.message.id
    taken = hand.session.execute(
        text(TAKE),
        {"id": message, "lease": lease, "message_id": message_id, "seconds": LEASE_SECONDS},
    ).one()
    outbox.put_off(hand.session, [hand.fact_id], until=taken.due_at)
    return Claimed(hand.fact_id, message, lease, taken.message_id, letter)
