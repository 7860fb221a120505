"""Tickets: what a form of ours carries, so that nothing is started but by a person who opened it.

A ticket is signed when its form is opened, over the offer, the browser, and the id that the payment
will have. It is good for that browser and that id alone, once it is a few seconds old, for two
hours. Who wants a second payment opens the form a second time (reliability.md P21).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from flask import current_app
from flask import session as browser
from itsdangerous import BadData, URLSafeSerializer

from app.kernel.clock import now
from app.kernel.errors import Conflict, marked
from app.kernel.ids import uuid7

YOUNGEST: Final = timedelta(seconds=3)
OLDEST: Final = timedelta(hours=2)
MARK: Final = "giver"
TOO_YOUNG: Final = marked("Chưa gửi đi: mẫu vừa mở chưa đến 3 giây. Xin đợi vài giây rồi bấm lại.")
NOT_GOOD: Final = marked("Trang này đã mở quá lâu. Hãy xem lại rồi bấm lần nữa.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """One opened form. `id` is the payment's that it may start, `mark` the browser's."""

    id: UUID
    offer_id: UUID
    mark: str
    opened_at: datetime

    def text(self) -> str:
        """The ticket as its form carries it."""
        opened = self.opened_at.timestamp()
        return str(_signer().dumps([self.id.hex, self.offer_id.hex, self.mark, opened]))


def new_ticket(offer_id: UUID) -> Ticket:
    """A ticket of a form that this browser opens now."""
    if MARK not in browser:
        browser[MARK] = secrets.token_urlsafe(12)
    return Ticket(uuid7(), offer_id, browser[MARK], now())


def read_ticket(text: str | None) -> Ticket | None:
    """The ticket that a form carried; None when we did not sign it."""
    try:
        ticket_id, offer_id, mark, opened = _signer().loads(text or "")
        opened_at = datetime.fromtimestamp(opened, now().tzinfo)
        return Ticket(UUID(ticket_id), UUID(offer_id), mark, opened_at)
    except (BadData, ValueError, TypeError):
        return None


def is_good(ticket: Ticket | None, offer_id: UUID) -> bool:
    """Whether a ticket is of this offer, of this browser and not too old."""
    return (
        ticket is not None
        and ticket.offer_id == offer_id
        and secrets.compare_digest(ticket.mark, str(browser.get(MARK, "")))
        and now() - ticket.opened_at <= OLDEST
    )


def taken_ticket(text: str | None, offer_id: UUID) -> Ticket:
    """The ticket of a form that was sent.

    Raises:
        Conflict: it is not of this offer or browser, or its time has not come, or is over.
    """
    ticket = read_ticket(text)
    if ticket is None or not is_good(ticket, offer_id):
        raise Conflict(NOT_GOOD)
    if now() - ticket.opened_at < YOUNGEST:
        raise Conflict(TOO_YOUNG)
    return ticket


def ripens_in(text: str | None) -> int:
    """Milliseconds until a ticket of ours may be sent, none when it may already."""
    ticket = read_ticket(text)
    left = ticket.opened_at + YOUNGEST - now() if ticket else timedelta()
    return max(ceil(left / timedelta(milliseconds=1)), 0)


def kept_or_new(text: str | None, offer_id: UUID) -> str:
    """The ticket for a form that is shown: the one that it carried while that is good."""
    ticket = read_ticket(text)
    return ticket.text() if ticket and is_good(ticket, offer_id) else new_ticket(offer_id).text()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="kh.card-ticket")
