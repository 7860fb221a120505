"""What callers hand to the verbs of mail."""

from dataclasses import dataclass, field
from uuid import UUID

from app.kernel.ids import uuid7
from app.mail.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message about an object (a receipt, an offer) to one person.

    `recipient` is an address as kernel.text.clean_email gives it, `locale` "vi" or "en". `state` is
    QUEUED, or WAITING until `release` tells that the object's paper is there: WAITING only in the
    transaction that orders the paper, or nobody may be left to tell.
    """

    purpose: str
    object_id: UUID
    recipient: str
    locale: str
    state: State = State.QUEUED
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """A person asks for a message once more; `id` was made by the client and is the new one's."""

    id: UUID
    message_id: UUID
