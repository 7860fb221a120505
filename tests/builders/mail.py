"""Mail: a real server with moods, a purpose of the tests' own, and messages to send."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session as Transaction

from app.db.unit_of_work import reading, unit_of_work
from app.mail.commands import NewMessage
from app.mail.letters import Letter, LetterDesk, MessageToWrite
from app.mail.queries import MessageView, get_message
from app.mail.service import queue
from app.mail.states import State
from config.local.ports import free_port
from tests.builders.branches import BranchAtHand
from worker.tasks.mail import send

GREETING: Final = "greeting"
HANG_SECONDS: Final = 30.0


class Mood(StrEnum):
    """What the server does with a message."""

    TAKE = "take"
    LATER = "451 at RCPT"
    LATER_AT_END = "451 after the dot"
    REFUSE = "550 at RCPT"
    REFUSE_AT_END = "554 after the dot"
    CUT_EARLY = "drops the line at RCPT"
    HANG_EARLY = "hangs at RCPT"
    TAKE_AND_CUT = "takes it and drops the line"
    TAKE_AND_HANG = "takes it and says nothing"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the server has, and to whom it would bring it."""

    recipient: str
    message: EmailMessage

    @property
    def id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])


def drop(server: SMTP) -> None:
    """End the line without a word."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@dataclass
class MailServer:
    """A server that listens; its mood is asked at each RCPT and kept for the message."""

    port: int
    mood: Callable[[str], Mood] = lambda _: Mood.TAKE
    taken: list[Taken] = field(default_factory=list)
    asked: list[Mood] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Take the recipient, or not."""
        mood = self.mood(address)
        self.asked.append(mood)
        if mood is Mood.LATER:
            return "451 4.7.1 <private@example.vn>: try again later"
        if mood is Mood.REFUSE:
            return "550 5.1.1 <private@example.vn>: no such user"
        if mood is Mood.HANG_EARLY:
            await asyncio.sleep(HANG_SECONDS)
        if mood is Mood.CUT_EARLY:
            drop(server)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message, or not, and say so, or not."""
        mood = self.asked[-1]
        if mood is Mood.LATER_AT_END:
            return "451 4.3.0 try again later"
        if mood is Mood.REFUSE_AT_END:
            return "554 5.7.1 not wanted"
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken += [Taken(recipient, message) for recipient in envelope.rcpt_tos]
        if mood is Mood.TAKE_AND_CUT:
            drop(server)
        if mood is Mood.TAKE_AND_HANG:
            await asyncio.sleep(HANG_SECONDS)
        return "250 2.0.0 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A server on a free port of this machine; `options` are aiosmtpd's."""
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@dataclass
class People:
    """Where the people whom the tests greet have their mail now; None: not to be written to."""

    addresses: dict[UUID, str | None] = field(default_factory=dict)
    error: Exception | None = None

    def greet(
        self, session: Transaction, message: MessageToWrite, desk: LetterDesk
    ) -> Letter | None:
        """The maker of GREETING."""
        if self.error is not None:
            raise self.error
        address = self.addresses[message.object_id]
        if address is None:
            return None
        return Letter(
            to=address,
            name="Bà Lan",
            sender="Hội Khuyến học phường Ba Đình",
            subject=f"Lời chào {message.object_id}",
            text=f"Kính chào bà Lan.\n.\nThư về {message.object_id}.\n",
            html=f"<p>Kính chào bà Lan. Thư về {message.object_id}.</p>",
        )


def a_message(
    branch: BranchAtHand, people: People, *, to: str | None = None, state: State = State.QUEUED
) -> NewMessage:
    """A greeting to somebody new, queued or waiting."""
    address = to or f"lan-{uuid4().hex[:12]}@example.vn"
    message = NewMessage(
        purpose=GREETING, object_id=uuid4(), recipient=address, locale="vi", state=state
    )
    people.addresses[message.object_id] = address
    with unit_of_work(branch.scope) as session:
        queue(session, message)
    return message


def desk() -> LetterDesk:
    """A desk as the task lays it."""
    return LetterDesk(public_url="", files=current_app.extensions["files"], secret_key="")


def standing(branch: BranchAtHand, message: NewMessage | UUID) -> MessageView:
    """The message as it stands."""
    message_id = message if isinstance(message, UUID) else message.id
    with reading(branch.scope) as session:
        return get_message(session, message_id)


def facts_of(branch: BranchAtHand) -> list[UUID]:
    """The facts of the branch's mail."""
    with reading(branch.scope) as session:
        rows = session.execute(text("SELECT id FROM outbox WHERE event = 'mail.queued'"))
        return list(rows.scalars())


def send_due(branch: BranchAtHand) -> None:
    """What the relay rings for the branch's mail that is due."""
    with reading(branch.scope) as session:
        rows = session.execute(
            text("SELECT id FROM outbox WHERE event = 'mail.queued' AND due_at <= now()"),
        )
        due = [str(fact) for fact in rows.scalars()]
    send(str(branch.id), due)


def time_passes(branch: BranchAtHand) -> None:
    """Until everything that rests is due, leases and the pause of the server included."""
    with unit_of_work(branch.scope) as session:
        session.execute(text("UPDATE messages SET due_at = now() WHERE due_at > now()"))
        session.execute(text("UPDATE outbox SET due_at = now() WHERE due_at > now()"))
        session.execute(text("UPDATE mail_turn SET free_at = now(), holder = NULL"))
