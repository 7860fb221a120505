"""Verbs of links that prove a mailbox, for the times when cards are open to such people alone."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.giving.own_pages import send_now
from app.giving.queries import get_offer
from app.mail.commands import NewMessage


def send_card_link(session: Session, offer_id: UUID, email: str, *, locale: str) -> bool:
    """Mail the link that opens an offer's card page; True when a letter will leave.

    `email` as clean_email gives it. One that left in the last minutes is not sent again.
    Raises:
        NotFound: the offer is absent, or another branch's.
    """
    offer = get_offer(session, offer_id)
    wanted = NewMessage(purpose="card_link", object_id=offer.id, recipient=email, locale=locale)
    return send_now(session, wanted) is not None
