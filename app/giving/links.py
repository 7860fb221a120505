"""Links that open one thing for whoever holds them, for a while: a paper, a giver's own page.

One proves that a mailbox is read, so that its offer may be paid by card.

Nothing about the person stands in them, only ids, signed (P15).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from app.kernel.clock import now
from app.kernel.errors import NotFound, marked

EXPIRED: Final = marked(
    "Đường dẫn này không đúng hoặc đã hết hạn. Hãy mở trang của hội và xin đường dẫn mới."
)


class Opens(StrEnum):
    """What a link opens, and the first part of its address."""

    RECEIPT = "bien-nhan"
    GIVER = "trang-cua-toi"
    CARD = "the-qua-thu"


LIFE: Final = {
    Opens.RECEIPT: timedelta(days=30),
    Opens.GIVER: timedelta(days=30),
    Opens.CARD: timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True)
class Link:
    """What one branch opens by a link: the id of a receipt, a donor or an offer."""

    opens: Opens
    home: UUID
    subject_id: UUID

    def token(self, secret_key: str) -> str:
        """The signed word of the link."""
        return _signer(self.opens, secret_key).dumps([self.home.hex, self.subject_id.hex])

    def address(self, public_url: str, secret_key: str) -> str:
        """The whole address."""
        return f"{public_url}/{self.opens}/{self.token(secret_key)}"

    def until(self) -> datetime:
        """When a link that is made now ends."""
        return now() + LIFE[self.opens]


def opened(opens: Opens, token: str, secret_key: str) -> Link:
    """The link that a word is.

    Raises:
        NotFound: it was not signed here, opens something else, or its time is over.
    """
    life = int(LIFE[opens].total_seconds())
    try:
        home, subject = _signer(opens, secret_key).loads(token, max_age=life)
        return Link(opens, UUID(home), UUID(subject))
    except (BadData, ValueError, TypeError) as error:
        raise NotFound(EXPIRED) from error


def _signer(opens: Opens, secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt=f"kh.{opens}")
