"""Casso: movements signed as sorted JSON (Webhook V2), or under an old secret header as a list.

Read on 24 November 2026: github.com/CassoHQ/casso-webhook-v2-verify-signature (the signature, with
samples in six languages), developer.casso.vn/webhook/thiet-lap-webhook-thu-cong (the old header),
developer.casso.vn/casso-api/api/lay-giao-dich (the list).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from app.banking.feeds.reading import MAX_NAME, Fields, amount_of, parse
from app.banking.feeds.signing import (
    digests,
    header,
    json_text,
    refuse_other_time,
    refuse_unless_same,
)

BASE: Final = "https://oauth.casso.vn"
PAGE_SIZE: Final = 100
MAX_PAGES: Final = 500

_PART: Final = re.compile(r"(t|v[0-9])=([0-9a-f]+)")
_MILLISECONDS: Final = re.compile(r"[0-9]{13}")
_DIGEST: Final = re.compile(r"[0-9a-f]{128}")
_MAX_SIGNATURES: Final = 4
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_UNAUTHORIZED: Final = 401
# What their button "Gọi thử" sends.
_TRIAL: Final = "MA_GIAO_DICH_THU_NGHIEM"

# The thing, and its names in Webhook V2, in the old webhook and in the list.
_REFERENCE: Final = ("reference", "tid")
_MOMENT: Final = ("transactionDateTime", "when")
_BALANCE: Final = ("runningBalance", "cusum_balance", "cusumBalance")
_ACCOUNT: Final = ("accountNumber", "bank_sub_acc_id", "bankSubAccId", "subAccId")
_COUNTER_NAME: Final = ("counterAccountName", "corresponsive_name", "corresponsiveName")
_COUNTER_ACCOUNT: Final = (
    "counterAccountNumber",
    "corresponsive_account",
    "corresponsiveAccount",
)


@dataclass(frozen=True, slots=True)
class Casso:
    """Casso at an address, which tests move, asked at most every `pause` seconds."""

    base: str = BASE
    page_size: int = PAGE_SIZE
    pause: float = PAUSE

    def check_signature(
        self, headers: Mapping[str, str], raw_body: bytes, secrets: Sequence[str], now: datetime
    ) -> None:
        """As Feed. An old webhook carries the secret itself in `secure-token`, and no time.

        Either is taken: who can show the secret has no need to forge the signature. A signature
        that is there must be right, whatever else is there.
        """
        told = header(headers, "X-Casso-Signature")
        if told is None:
            token = header(headers, "secure-token")
            if not token:
                raise Forged("no signature")
            refuse_unless_same([token], [secret for secret in secrets if secret])
            return
        signed_at, given = _parts(told)
        expected = [
            digest
            for message in _messages(signed_at, raw_body)
            for digest in digests("sha512", secrets, message)
        ]
        refuse_unless_same(given, expected)
        refuse_other_time(int(signed_at) / 1000, now)

    def told(self, raw_body: bytes) -> tuple[FeedTelling, ...]:
        """As Feed: one movement, or the old webhook's list of them."""
        fields = Fields.of(parse(raw_body))
        if fields.money("error") != 0:
            raise Malformed("error")
        data = fields.first("data")
        entries = data if isinstance(data, list) else [data]
        return tuple(listed(entry) for entry in entries if not _is_trial(Fields.of(entry)))

    def pull(self, key: str, account_number: str, since: date, until: date) -> Pulled:
        """As PulledFeed. `key` is an API key; the list is of all accounts it was given for."""
        query = {
            "fromDate": since.isoformat(),
            # Whether their last day is included nobody says; what is too much is left out here.
            "toDate": (until + timedelta(days=1)).isoformat(),
            "pageSize": str(self.page_size),
            "sort": "ASC",
        }
        entries: list[object] = []
        for page in range(1, MAX_PAGES + 1):
            records, pages = self._page(key, query | {"page": str(page)})
            entries += records
            if page >= pages:
                return collect(entries, listed, account_number, (since, until))
            wait(self.pause)
        raise PullFailed("too many pages")

    def _page(self, key: str, query: Mapping[str, str]) -> tuple[list[object], int]:
        """The entries of a page, and how many pages there are."""
        answer = get_json(f"{self.base}/v2/transactions", query, f"Apikey {key}")
        try:
            fields = Fields.of(answer)
            error = fields.money("error")
            if error == _UNAUTHORIZED:
                raise KeyRefused("key")
            data = Fields.of(fields.first("data"))
        except Malformed as malformed:
            raise PullFailed("answer") from malformed
        records, pages = data.first("records"), data.first("totalPages")
        if error != 0 or not isinstance(records, list) or not isinstance(pages, int):
            raise PullFailed("answer")
        return records, pages


def listed(entry: object) -> FeedTelling:
    """A movement under whichever names; money that went is negative.

    Raises:
        Malformed: it cannot be read.
    """
    fields = Fields.of(entry)
    amount = fields.money("amount")
    day, at = fields.moment(*_MOMENT)
    line = ToldLine(
        day=day,
        side=LineSide.CREDIT if amount > 0 else LineSide.DEBIT,
        amount=amount_of(abs(amount)),
        description=fields.text("description"),
        reference=fields.label(*_REFERENCE),
        balance_after=fields.balance(*_BALANCE),
        counter_name=fields.text(*_COUNTER_NAME, at_most=MAX_NAME) or None,
        counter_account=fields.label(*_COUNTER_ACCOUNT),
        at=at,
    )
    return FeedTelling(fields.account(*_ACCOUNT), Telling(fields.key("id"), line))


def _is_trial(fields: Fields) -> bool:
    return fields.first("id") in (0, "0") or fields.first(*_REFERENCE) == _TRIAL


def _parts(told: str) -> tuple[str, list[str]]:
    """When it was signed, in milliseconds, and the signatures: t=…,v1=…; other versions are none.

    Raises:
        Forged: it has another form.
    """
    parts = [_PART.fullmatch(part.strip(" ")) for part in told.split(",")]
    pairs = [(part[1], part[2]) for part in parts if part]
    times = [value for name, value in pairs if name == "t"]
    given = [value for name, value in pairs if name == "v1" and _DIGEST.fullmatch(value)]
    if len(pairs) != len(parts) or len(times) != 1 or not 0 < len(given) <= _MAX_SIGNATURES:
        raise Forged("header")
    if not _MILLISECONDS.fullmatch(times[0]):
        raise Forged("header")
    return times[0], given


def _messages(signed_at: str, raw_body: bytes) -> set[bytes]:
    """What may have been signed: names sorted at every depth, written as one of three languages do.

    Their samples in JavaScript, Python and PHP agree but for letters beyond ASCII and for "/", and
    nothing says which one the sender is; each is a proof by who has the secret.
    """
    try:
        as_javascript = json_text(_sorted(parse(raw_body)))
    except Malformed as error:
        raise Forged("body") from error
    as_python = _BEYOND_ASCII.sub(lambda letters: json.dumps(letters[0])[1:-1], as_javascript)
    as_php = as_python.replace("/", "\\/")
    return {f"{signed_at}.{text}".encode() for text in (as_javascript, as_python, as_php)}


def _sorted(value: object) -> object:
    """Names in order at every depth."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
