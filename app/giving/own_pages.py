"""Verbs of givers' own pages: the link is only ever sent to the mailbox that the book knows."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.kernel.ids import uuid7
from app.mail import service as mail
from app.mail.commands import NewMessage, Resend
from app.mail.queries import messages_of

AT_MOST: Final = 5
NOT_AGAIN_WITHIN: Final = timedelta(minutes=5)
"""Who asks twice in a row has a letter on its way."""


def send_links(session: Session, email: str, *, locale: str) -> int:
    """Mail the link of each giver of the scope's branch who is reached so; how many letters.

    `email` as clean_email gives it. The caller tells nobody what came of it.
    """
    givers = session.scalars(
        text(
            "SELECT id FROM donors WHERE branch_id = current_branch() AND email = :email"
            " ORDER BY created_at DESC LIMIT :at_most"
        ),
        {"email": email, "at_most": AT_MOST},
    ).all()
    wanted = [
        NewMessage(purpose="donor_link", object_id=giver, recipient=email, locale=locale)
        for giver in givers
    ]
    return sum(send_now(session, message) is not None for message in wanted)


def send_now(session: Session, message: NewMessage) -> UUID | None:
    """Mail something, once more when it was mailed before; the id of the letter that will leave.

    One that is on its way, or left in the last minutes, is not sent beside itself.
    """
    if mail.queue(session, message):
        return message.id
    last = [
        each
        for each in messages_of(session, message.object_id)
        if (each.purpose, each.recipient) == (message.purpose, message.recipient)
    ][-1]
    is_fresh = last.sent_at is not None and last.sent_at > now() - NOT_AGAIN_WITHIN
    if is_fresh or last.state in mail.ON_ITS_WAY:
        return None
    return mail.resend(session, Resend(id=uuid7(), message_id=last.id)).id
