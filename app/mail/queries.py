"""Reads of messages: where each stands, and what a person must look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound, marked
from app.mail.states import NEEDS_A_LOOK, State


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as it stands. `answer` is the server's code or what went wrong, without people.

    `due_at` is when it is looked at again, while it is queued or being sent.
    """

    id: UUID
    purpose: str
    object_id: UUID
    recipient: str
    edition: int
    locale: str
    state: State
    attempts: int
    answer: str | None
    message_id: str | None
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


MESSAGES: Final = """
    SELECT id, purpose, object_id, recipient, edition, locale, state, attempts, answer, message_id,
           created_at, due_at, sent_at
    FROM messages WHERE branch_id = current_branch()
"""


def messages_of(session: Session, object_id: UUID) -> Sequence[MessageView]:
    """What was sent or is to be sent about an object, oldest first."""
    rows = session.execute(
        text(MESSAGES + " AND object_id = :object ORDER BY created_at, edition, id"),
        {"object": object_id},
    )
    return [_view(row) for row in rows]


def get_message(session: Session, message_id: UUID) -> MessageView:
    """One message of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(MESSAGES + " AND id = :id"), {"id": message_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy thư này."))
    return _view(row)


def count_by_state(session: Session) -> Mapping[State, int]:
    """How many messages of the branch stand where; every state is named."""
    rows = session.execute(
        text(
            "SELECT state, count(*) FROM messages WHERE branch_id = current_branch()"
            " GROUP BY state",
        ),
    )
    return dict.fromkeys(State, 0) | {State(state): count for state, count in rows}


def to_look_at(session: Session, *, at_most: int = 50) -> Sequence[MessageView]:
    """Messages that did not arrive or perhaps did not, and were not sent again; newest first."""
    rows = session.execute(
        text(
            MESSAGES + " AND state = ANY(:states) AND NOT EXISTS (SELECT FROM messages later"
            "  WHERE (later.branch_id, later.object_id) = (messages.branch_id, messages.object_id)"
            "  AND later.purpose = messages.purpose AND later.recipient = messages.recipient"
            "  AND later.edition > messages.edition)"
            " ORDER BY created_at DESC, id DESC LIMIT :at_most",
        ),
        {"states": sorted(NEEDS_A_LOOK), "at_most": at_most},
    )
    return [_view(row) for row in rows]


def _view(row: Row[tuple[object, ...]]) -> MessageView:
    fields = dict(row._mapping)  # noqa: SLF001 (its public name, which cannot clash with a column)
    return MessageView(**{**fields, "state": State(str(fields["state"]))})
