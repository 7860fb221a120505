"""SePay: one movement a body, signed over the body as it stands; its list is asked for by time.

Read on 24 November 2026: developer.sepay.vn/en/sepay-webhooks/xac-thuc (signatures), …/bao-mat
(five minutes), …/tich-hop-webhook (the body), …/doi-soat-giao-dich (the list).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from app.banking.commands import LineSide, Telling, ToldLine
from app.banking.feeds.fetching import PAUSE, get_json, wait
from app.banking.feeds.protocol import (
    FeedTelling,
    Forged,
    KeyRefused,
    Malformed,
    Pulled,
    PullFailed,
)
from app.banking.feeds.pulling import collect
from app.banking.feeds.reading import Fields, amount_of, fuller, parse
from app.banking.feeds.signing import digests, header, refuse_other_time, refuse_unless_same

# Their first list, and not the one called v2: its ids are those of the webhook, v2 has others, and
# a movement told twice under two ids would be two (…/sepay-api/v2/nang-cap-tu-v1).
BASE: Final = "https://my.sepay.vn"
LIMIT: Final = 5000

_SIGNATURE: Final = re.compile(r"sha256=([0-9a-f]{64})")
_SECONDS: Final = re.compile(r"[0-9]{10}")
_API_KEY: Final = re.compile(r"Apikey ([!-~]+)")
_SECOND: Final = timedelta(seconds=1)
_LAST_MOMENT: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class SePay:
    """SePay at an address, which tests move, asked at most every `pause` seconds (theirs: 3/s)."""

    base: str = BASE
    limit: int = LIMIT
    pause: float = PAUSE

    def check_signature(
        self, headers: Mapping[str, str], raw_body: bytes, secrets: Sequence[str], now: datetime
    ) -> None:
        """As Feed. A feed set up with an API key instead carries that key itself, and no time.

        Either is taken: who can show the key has no need to forge the signature. A signature that
        is there must be right, whatever else is there.
        """
        signature = header(headers, "X-SePay-Signature")
        if signature is None:
            key = _API_KEY.fullmatch(header(headers, "Authorization") or "")
            if key is None:
                raise Forged("no signature")
            refuse_unless_same([key[1]], [secret for secret in secrets if secret])
            return
        given = _SIGNATURE.fullmatch(signature)
        signed_at = header(headers, "X-SePay-Timestamp") or ""
        if given is None or not _SECONDS.fullmatch(signed_at):
            raise Forged("header")
        message = signed_at.encode() + b"." + raw_body
        refuse_unless_same([given[1]], digests("sha256", secrets, message))
        refuse_other_time(int(signed_at), now)

    def told(self, raw_body: bytes) -> tuple[FeedTelling, ...]:
        """As Feed: one movement."""
        fields = Fields.of(parse(raw_body))
        key = fields.key("id")
        if key == "0":
            return ()
        sides = {"in": LineSide.CREDIT, "out": LineSide.DEBIT}
        side = sides.get(fields.text("transferType"))
        if side is None:
            raise Malformed("transferType")
        day, at = fields.moment("transactionDate")
        line = ToldLine(
            day=day,
            side=side,
            amount=amount_of(fields.money("transferAmount")),
            description=fuller(fields.text("content"), fields.text("description")),
            reference=fields.label("referenceCode"),
            balance_after=fields.balance("accumulated"),
            at=at,
        )
        return (FeedTelling(fields.account("accountNumber"), Telling(key, line)),)

    def pull(self, key: str, account_number: str, since: date, until: date) -> Pulled:
        """As PulledFeed. `key` is an API token of the company's settings."""
        first = datetime.combine(since, time.min)
        last = datetime.combine(until, _LAST_MOMENT)
        entries = self._between(key, account_number, first, last)
        return collect(entries, listed, account_number, (since, until))

    def _between(self, key: str, account: str, first: datetime, last: datetime) -> list[object]:
        """All entries of a span. A full answer hides others, so then each half is asked for."""
        entries = self._asked(key, account, first, last)
        if len(entries) < self.limit:
            return entries
        if last - first < _SECOND:
            raise PullFailed("too many at once")
        middle = (first + (last - first) / 2).replace(microsecond=0)
        wait(self.pause)
        earlier = self._between(key, account, first, middle)
        wait(self.pause)
        return earlier + self._between(key, account, middle + _SECOND, last)

    def _asked(self, key: str, account: str, first: datetime, last: datetime) -> list[object]:
        query = {
            "account_number": account,
            "transaction_date_min": f"{first:%Y-%m-%d %H:%M:%S}",
            "transaction_date_max": f"{last:%Y-%m-%d %H:%M:%S}",
            "limit": str(self.limit),
        }
        answer = get_json(f"{self.base}/userapi/transactions/list", query, f"Bearer {key}")
        if answer is None:
            # To a wrong token this list answers 200 and nothing at all.
            raise KeyRefused("key")
        entries = answer.get("transactions") if isinstance(answer, dict) else None
        if not isinstance(entries, list):
            raise PullFailed("answer")
        return entries


def listed(entry: object) -> FeedTelling:
    """A movement as the list names its parts.

    Raises:
        Malformed: it cannot be read.
    """
    fields = Fields.of(entry)
    came, went = fields.money("amount_in"), fields.money("amount_out")
    if (came == 0) == (went == 0):
        raise Malformed("amount")
    day, at = fields.moment("transaction_date")
    line = ToldLine(
        day=day,
        side=LineSide.CREDIT if came else LineSide.DEBIT,
        amount=amount_of(came or went),
        description=fields.text("transaction_content"),
        reference=fields.label("reference_number"),
        balance_after=fields.balance("accumulated"),
        at=at,
    )
    return FeedTelling(fields.account("account_number"), Telling(fields.key("id"), line))
