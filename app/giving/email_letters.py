"""What the two letters say that stand for a giver's wish to be reached by another e-mail."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.giving.letters import giver_row
from app.giving.links import Link, Opens
from app.giving.own_emails import get_wish
from app.mail.letters import Letter, LetterDesk, MessageToWrite
from app.mail.rendering import render


def wished_letter(session: Session, message: MessageToWrite, desk: LetterDesk) -> Letter | None:
    """To the wished mailbox: the link that confirms it, and nothing of the giver."""
    row = giver_row(session, message.object_id)
    if row is None:
        return None
    return _letter(dict(row), Link(Opens.EMAIL_WISHED, row["home"], message.id), message, desk)


def asked_letter(session: Session, message: MessageToWrite, desk: LetterDesk) -> Letter | None:
    """To the known mailbox: that a change was asked for, to what, and the link that forbids it.

    It leaves however the change ended meanwhile.
    """
    wish = get_wish(session, message.object_id)
    row = giver_row(session, wish.donor_id)
    if row is None:
        return None
    told = dict(row) | {"wished": masked(wish.new), "asked_at": wish.made_at}
    link = Link(Opens.EMAIL_KEPT, row["home"], message.object_id)
    return _letter(told, link, message, desk)


def masked(email: str) -> str:
    """An address that its owner knows again and nobody else can write to: l…@example.vn."""
    mailbox, _, host = email.rpartition("@")
    return f"{mailbox[:1]}…@{host}"


def _letter(
    told: Mapping[str, Any], link: Link, message: MessageToWrite, desk: LetterDesk
) -> Letter:
    facts = {
        **told,
        "branch": told["home_name"],
        "url": link.address(desk.public_url, desk.secret_key),
        "valid_until": link.until(),
    }
    words = render(message.purpose, message.locale, facts)
    # To the mailbox of this message, whatever the book knows by now.
    return Letter(
        to=message.recipient,
        sender=told["home_name"],
        subject=words.subject,
        text=words.text,
        html=words.html,
    )
