"""payOS: payments of its own links and codes, signed within the body; no list of a bank's lines.

Read on 24 November 2026: payos.vn/docs/tich-hop-webhook/kiem-tra-du-lieu-voi-signature (with a
signed sample), github.com/payOSHQ/payos-lib-node and payos-lib-python (their own code of it). What
is asked for at payOS is one order by its number, which does not find what was missed: there is
nothing to pull, and a statement brings what a webhook did not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.banking.commands import LineSide, Telling, ToldLine
from app.banking.feeds.protocol import FeedTelling, Forged, Malformed
from app.banking.feeds.reading import MAX_NAME, Fields, amount_of, parse
from app.banking.feeds.signing import (
    LONE_SURROGATE,
    digests,
    json_text,
    refuse_unless_same,
)

_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_PAID: Final = "00"
# What they send when an address is set: the sample of their documentation, or an older one.
_TRIAL_LINK: Final = "124c33293c43417ab7879e14c8d9eb18"
_TRIAL_ORDER: Final = "123"
_TRIAL_MEMOS: Final = frozenset({"VQRIO123", "Ma giao dich thu nghiem"})


@dataclass(frozen=True, slots=True)
class PayOS:
    """payOS. It only tells of money that came in."""

    def check_signature(
        self, _: Mapping[str, str], raw_body: bytes, secrets: Sequence[str], _now: datetime
    ) -> None:
        """As Feed, by checksum keys. No time is signed: an old body again is the same movement."""
        try:
            fields = Fields.of(parse(raw_body))
            signature, data = fields.first("signature"), Fields.of(fields.first("data"))
        except Malformed as error:
            raise Forged("body") from error
        if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
            raise Forged("no signature")
        message = "&".join(f"{name}={_value(data.told[name])}" for name in sorted(data.told))
        # Half a letter goes into a digest as JavaScript writes it.
        signed = LONE_SURROGATE.sub("\ufffd", message).encode()
        refuse_unless_same([signature], digests("sha256", secrets, signed))

    def told(self, raw_body: bytes) -> tuple[FeedTelling, ...]:
        """As Feed: one payment; none when payOS tries the address, or tells of one that failed."""
        fields = Fields.of(parse(raw_body))
        data = Fields.of(fields.first("data"))
        if _is_trial(data) or data.text("code") not in (_PAID, ""):
            return ()
        if data.text("currency") not in ("VND", ""):
            raise Malformed("currency")
        day, at = data.moment("transactionDateTime")
        line = ToldLine(
            day=day,
            side=LineSide.CREDIT,
            amount=amount_of(data.money("amount")),
            description=data.text("description"),
            reference=data.label("reference"),
            counter_name=data.text("counterAccountName", at_most=MAX_NAME) or None,
            counter_account=data.label("counterAccountNumber"),
            at=at,
        )
        # One link may be paid more than once; each payment has the bank's own number.
        key = f"{data.key('paymentLinkId')}:{data.key('reference')}"
        return (FeedTelling(data.account("accountNumber"), Telling(key, line)),)


def _is_trial(data: Fields) -> bool:
    """Whether this is theirs. A giver may write the memo, but never chooses link and order."""
    if data.first("paymentLinkId") == _TRIAL_LINK:
        return True
    return data.label("orderCode") == _TRIAL_ORDER and data.text("description") in _TRIAL_MEMOS


def _value(value: object) -> str:
    """A value as their code puts it into the text to sign.

    Raises:
        Forged: it is an object, which their code cannot sign.
    """
    if value is None or value in ("null", "undefined"):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        raise Forged("body")
    if isinstance(value, list):
        return json_text([_in_order(item) for item in value])
    return json_text(value)


def _in_order(item: object) -> object:
    return {name: item[name] for name in sorted(item)} if isinstance(item, dict) else item
