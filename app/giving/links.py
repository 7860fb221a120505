"""Links that open one thing for whoever holds them, for a while: a paper, a giver's own page.

Others prove that a mailbox is read: that its offer may be paid by card, that a giver's e-mail may
change, that it stays.

Nothing about the person stands in them, only ids, signed (P15).
"""

from dataclasses import dataclass, field
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
    EMAIL_WISHED = "xac-nhan-thu-dien-tu"
    EMAIL_KEPT = "giu-thu-dien-tu"


LIFE: Final = {
    Opens.RECEIPT: timedelta(days=30),
    Opens.GIVER: timedelta(days=30),
    Opens.CARD: timedelta(minutes=30),
    Opens.EMAIL_WISHED: timedelta(days=1),
    # Longer than a change can be confirmed: who reads the old mailbox late may still undo it.
    Opens.EMAIL_KEPT: timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class Link:
    """What one branch opens by a link: the id of a receipt, a donor, an offer or a message."""

    opens: Opens
    home: UUID
    subject_id: UUID
    made_at: datetime = field(default_factory=now, compare=False)

    def token(self, secret_key: str) -> str:
        """The signed word of the link."""
        return _signer(self.opens, secret_key).dumps([self.home.hex, self.subject_id.hex])

    def address(self, public_url: str, secret_key: str) -> str:
        """The whole address."""
        return f"{public_url}/{self.opens}/{self.token(secret_key)}"

    def until(self) -> datetime:
        """When the link ends."""
        return self.made_at + LIFE[self.opens]


def opened(opens: Opens, token: str, secret_key: str) -> Link:
    """The link that a word is.

    Raises:
        NotFound: it was not signed here, opens something else, or its time is over.
    """
    life = int(LIFE[opens].total_seconds())
    try:
        (home, subject), made_at = _signer(opens, secret_key).loads(
            token, max_age=life, return_timestamp=True
        )
        return Link(opens, UUID(home), UUID(subject), made_at)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound(EXPIRED) from error


def _signer(opens: Opens, secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt=f"kh.{opens}")
