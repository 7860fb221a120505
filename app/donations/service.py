"""Verbs of gifts. Each is one statement: gift, entry, receipt, trail and facts, or nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.direct import fetch
from app.donations.commands import RecordDonation, ReverseDonation
from app.donations.rules import donor_id_of, entry_of
from app.donors.commands import NewDonor
from app.donors.queries import get_donor
from app.kernel.errors import Conflict, marked
from app.receipts.drafts import ReceiptDraft

OTHER_CONTENT: Final = marked(
    "Mã này đã được dùng để ghi một khoản khác. Hãy mở lại mẫu và ghi lại."
)
RECORD: Final = (
    "SELECT request_digest, id, is_new, posted_at, receipt_id,"
    " concat_ws('/', kind, fiscal_year, book), number, verify_code"
    " FROM record_donations(CAST(%(gifts)s AS jsonb))"
)


@dataclass(frozen=True, slots=True)
class RecordedDonation:
    """A gift in the book with its receipt; `is_new` is False when it had been recorded before."""

    id: UUID
    is_new: bool
    posted_at: datetime
    receipt_id: UUID
    series: str
    number: int
    verify_code: str


def record_donation(session: Session, gift: RecordDonation) -> RecordedDonation:
    """Record one gift, or find it recorded before.

    Promises that the same id makes one gift, however often and however concurrently it is sent.
    Raises:
        Invalid: fund, drive or date do not fit the branch. PeriodClosed: the date's period is.
        Conflict: the id was used for a gift with other content.
        NotFound: a known donor's id is not of this branch.
    """
    (recorded,) = record_donations(session, [gift])
    return recorded


def record_donations(
    session: Session, gifts: Sequence[RecordDonation]
) -> Sequence[RecordedDonation]:
    """Record all gifts or none, numbered in their order; otherwise as record_donation."""
    digests = {gift.id: gift.digest() for gift in gifts}
    asked = json.dumps([_as_json(session, gift, digests[gift.id]) for gift in gifts])
    rows = fetch(session.connection(), RECORD, {"gifts": asked})
    if any(digests[gift_id] != digest for digest, gift_id, *_ in rows):
        raise Conflict(OTHER_CONTENT)
    recorded = {row[1]: RecordedDonation(*row[1:]) for row in rows}
    return [recorded[gift.id] for gift in gifts]


def reverse_donation(session: Session, command: ReverseDonation) -> bool:
    """Reverse a gift today: mirror entry, void receipt that keeps its number. True when done now.

    Raises:
        NotFound: no such gift in this branch. Conflict: reversed before, or the id used otherwise.
        InsufficientFunds: the money is no longer free. PeriodClosed: today's period is closed.
    """
    row = session.execute(
        text(
            "SELECT donation_id, request_digest, is_new"
            " FROM reverse_donation(:id, :donation_id, :digest, :reason)",
        ),
        {
            "id": command.id,
            "donation_id": command.donation_id,
            "digest": command.digest(),
            "reason": command.reason,
        },
    ).one()
    if row.request_digest != command.digest():
        raise Conflict(OTHER_CONTENT)
    return bool(row.is_new)


def _as_json(session: Session, gift: RecordDonation, digest: bytes) -> dict[str, object]:
    name, address = _named(session, gift.donor)
    draft = ReceiptDraft(
        donation_id=gift.id,
        fund_id=gift.fund_id,
        donor_name=name,
        donor_address=address,
        amount=gift.amount,
        method=gift.method,
        purpose=gift.note,
        received_on=gift.received_on,
    )
    return {
        "id": str(gift.id),
        "digest": digest.hex(),
        "fund_id": str(gift.fund_id),
        "drive_id": str(gift.drive_id) if gift.drive_id else None,
        "amount": gift.amount,
        "method": gift.method.value,
        "source": gift.source.value,
        "received_on": gift.received_on.isoformat(),
        "is_anonymous": gift.is_anonymous,
        "note": gift.note,
        "entry": entry_of(gift).as_json(),
        "receipt": draft.as_json(),
        **_donor_json(gift),
    }


def _donor_json(gift: RecordDonation) -> dict[str, object]:
    if isinstance(gift.donor, UUID):
        return {"donor_id": str(gift.donor), "donor": None}
    donor_id = str(donor_id_of(gift.id))
    return {"donor_id": donor_id, "donor": {"id": donor_id, **gift.donor.as_json()}}


def _named(session: Session, donor: NewDonor | UUID) -> tuple[str, str | None]:
    if isinstance(donor, NewDonor):
        return donor.name, donor.address
    known = get_donor(session, donor)
    return known.name, known.address
