"""Verbs of gifts. Each is one statement: gift, entry, receipt, trail and facts, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.scopes import TokenScope
from app.db.direct import Driver, Prepared, Rows, fetch, jsonb
from app.donations.commands import RecordDonation, ReverseDonation
from app.donations.rules import donor_id_of, entry_of
from app.donors.commands import DonorKind, NewDonor
from app.donors.queries import DonorView, get_donor
from app.kernel.errors import Conflict, marked
from app.receipts.drafts import ReceiptDraft

GiftJson: TypeAlias = dict[str, object]

OTHER_CONTENT: Final = marked(
    "Mã này đã được dùng để ghi một khoản khác. Hãy mở lại mẫu và ghi lại."
)
RECORDED: Final = (
    "SELECT id, is_new, posted_at, receipt_id,"
    " concat_ws('/', kind, fiscal_year, book), number, verify_code FROM "
)
RECORD: Final = RECORDED + "record_donations(CAST(%(gifts)s AS jsonb))"
RECORD_WITH_TOKEN: Final = Prepared(RECORDED + "record_donations_with_token($1, $2, $3)")


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


def record_donation_with_token(
    connection: Driver, token: TokenScope, gift: RecordDonation
) -> RecordedDonation:
    """Record a gift of a giver met now as the bearer of `token`; otherwise as record_donation.

    Raises:
        NotSignedIn: the token opens nothing. NotAllowed: its role may not record gifts.
    """
    asked = [_as_json(gift, {})]
    rows = RECORD_WITH_TOKEN.fetch(connection, *token.shown(), jsonb(asked))
    (recorded,) = _recorded(asked, rows)
    return recorded


def record_donations(
    session: Session, gifts: Sequence[RecordDonation]
) -> Sequence[RecordedDonation]:
    """Record all gifts or none, numbered in their order; otherwise as record_donation."""
    known = {gift.donor for gift in gifts if isinstance(gift.donor, UUID)}
    givers = {donor_id: get_donor(session, donor_id) for donor_id in known}
    asked = [_as_json(gift, givers) for gift in gifts]
    return _recorded(asked, fetch(session.connection(), RECORD, {"gifts": jsonb(asked)}))


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


def _recorded(asked: Sequence[GiftJson], rows: Rows) -> Sequence[RecordedDonation]:
    """The database's answer in the order asked."""
    recorded = {row[0]: RecordedDonation(*row) for row in rows}
    return [recorded[gift["id"]] for gift in asked]


def _as_json(gift: RecordDonation, givers: Mapping[UUID, DonorView]) -> GiftJson:
    giver = gift.donor if isinstance(gift.donor, NewDonor) else givers[gift.donor]
    draft = ReceiptDraft(
        donation_id=gift.id,
        fund_id=gift.fund_id,
        donor_name=giver.name,
        donor_address=giver.address,
        amount=gift.amount,
        method=gift.method,
        purpose=gift.note,
        received_on=gift.received_on,
    )
    return {
        "id": gift.id,
        "digest": gift.digest().hex(),
        "fund_id": gift.fund_id,
        "drive_id": gift.drive_id,
        "amount": gift.amount,
        "method": gift.method,
        "source": gift.source,
        "received_on": gift.received_on,
        # Who tells no name is not named in public, whatever stands in the place of one.
        "is_anonymous": gift.is_anonymous or giver.kind == DonorKind.ANONYMOUS,
        "note": gift.note,
        "entry": entry_of(gift).as_json(),
        "receipt": draft.as_json(),
        **_donor_json(gift),
    }


def _donor_json(gift: RecordDonation) -> GiftJson:
    if isinstance(gift.donor, UUID):
        return {"donor_id": gift.donor, "donor": None}
    donor_id = donor_id_of(gift.id)
    return {"donor_id": donor_id, "donor": {"id": donor_id, **gift.donor.as_json()}}
