"""Verbs of messages: queued with the act that causes them, released, withdrawn, sent once more."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.kernel.errors import Conflict, marked
from app.kernel.text import clean_email
from app.mail.commands import NewMessage, Resend
from app.mail.queries import MessageView, get_message, messages_of
from app.mail.states import State, before

AT_BIRTH: Final = frozenset({State.WAITING, State.QUEUED})
ON_ITS_WAY: Final = frozenset({State.WAITING, State.QUEUED, State.SENDING})

QUEUE: Final = """
    WITH queued AS (
      INSERT INTO messages (id, purpose, object_id, recipient, edition, locale, state, queued_at)
      VALUES (:id, :purpose, :object_id, :recipient, :edition, :locale, :state,
              CASE WHEN :state = 'queued' THEN now() END)
      ON CONFLICT DO NOTHING RETURNING id, state), told AS (
      INSERT INTO outbox (event, subject_id)
      SELECT 'mail.queued', id FROM queued WHERE state = 'queued')
    SELECT id FROM queued
"""
RELEASE: Final = """
    WITH released AS (
      UPDATE messages SET state = 'queued', queued_at = now(), due_at = now()
      WHERE state = 'waiting' AND object_id = ANY(:objects) RETURNING id)
    INSERT INTO outbox (event, subject_id)
    SELECT 'mail.queued', id FROM released
"""


def queue(session: Session, message: NewMessage) -> bool:
    """Have a message sent; True when this asking did it.

    The same purpose, object and recipient again change nothing, whatever became of the first.
    Raises UnreadableText unless the recipient is one clean address; ValueError in another state
    than waiting or queued.
    """
    if clean_email(message.recipient) != message.recipient or message.state not in AT_BIRTH:
        raise ValueError(message.id)
    return _queue(session, message, edition=1)


def release(session: Session, object_ids: Sequence[UUID]) -> None:
    """Let go out what waited for the papers of these objects; most have nothing that waits."""
    if object_ids:
        session.execute(text(RELEASE), {"objects": list(object_ids)})


def withdraw(session: Session, object_ids: Sequence[UUID]) -> int:
    """Stop what has not left yet of what is about these objects; returns how many messages.

    One that is being sent this moment can no longer be stopped.
    """
    withdrawn = session.execute(
        text(
            "UPDATE messages SET state = :withdrawn"
            " WHERE object_id = ANY(:objects) AND state = ANY(:before) RETURNING id",
        ),
        {
            "withdrawn": State.WITHDRAWN,
            "objects": list(object_ids),
            "before": before(State.WITHDRAWN),
        },
    ).all()
    return len(withdrawn)


def resend(session: Session, command: Resend) -> MessageView:
    """Send a message once more to the same recipient: another message, which is returned.

    The same command again changes nothing.
    Raises:
        NotFound: absent, or another branch's.
        Conflict: one to that recipient about that is on its way already.
    """
    first = get_message(session, command.message_id)
    # In turn, so that two people who ask at once have one sent.
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:object, 0))"),
        {"object": f"mail.resend {first.object_id}"},
    )
    alike = [
        each
        for each in messages_of(session, first.object_id)
        if (each.purpose, each.recipient) == (first.purpose, first.recipient)
    ]
    if not any(each.id == command.id for each in alike):
        _send_again(session, command.id, alike)
    return get_message(session, command.id)


def _send_again(session: Session, new_id: UUID, alike: Sequence[MessageView]) -> None:
    if any(each.state in ON_ITS_WAY for each in alike):
        raise Conflict(marked("Thư này đang chờ gửi, chưa cần gửi lại."))
    last = max(alike, key=lambda each: each.edition)
    again = NewMessage(
        id=new_id,
        purpose=last.purpose,
        object_id=last.object_id,
        recipient=last.recipient,
        locale=last.locale,
    )
    if not _queue(session, again, edition=last.edition + 1):
        raise Conflict(marked("Mã của lần gửi này đã dùng cho thư khác. Hãy mở lại trang."))
    audit.record(session, "messages.resent", new_id)


def _queue(session: Session, message: NewMessage, *, edition: int) -> bool:
    queued = session.execute(
        text(QUEUE),
        {
            "id": message.id,
            "purpose": message.purpose,
            "object_id": message.object_id,
            "recipient": message.recipient,
            "edition": edition,
            "locale": message.locale,
            "state": message.state.value,
        },
    ).all()
    return bool(queued)
