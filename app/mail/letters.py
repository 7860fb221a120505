"""A letter: what is sent of a message, made the moment it leaves; and who makes it.

Mail knows nothing of receipts or offers. The worker hands it a maker for each purpose, written in
the layer that knows the object: `make(session, message, desk)` under the scope of the branch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.storage import FileStore


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter; `media_type` such as application/pdf."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a person gets. Plain texts; `html` is finished and escaped.

    `to` is the address of the object as it stands now: where it is not the message's recipient any
    more, the message is withdrawn. `name` is the person's, `sender` what the sender is called.
    """

    to: str
    subject: str
    text: str
    html: str
    name: str = ""
    sender: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageToWrite:
    """What a maker is told of the message."""

    id: UUID
    purpose: str
    object_id: UUID
    recipient: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDesk:
    """What lies at hand for every maker: our address, the papers, the key that signs links."""

    public_url: str
    files: FileStore
    secret_key: str


class LetterNotReady(Exception):
    """A maker's answer when a part of the letter is not there yet; asked again in a minute.

    What it ordered before (a lost paper printed again) is kept.
    """


LetterMaker = Callable[[Session, MessageToWrite, LetterDesk], Letter | None]
"""Reads the object, writes the letter. None: nobody is to be written to (no consent, object void).

Raises LetterNotReady; any other error is tried again, less and less often.
"""
LetterMakers = Mapping[str, LetterMaker]
