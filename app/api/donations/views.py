"""Gifts over the API. Recording one is the product's hottest path: one statement, one answer."""

from typing import Any, Final
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Permission
from app.api.answers import DEFAULT_LIMIT, created, instant, page
from app.api.document import REPLAYED, Answer, Resource, described
from app.api.donations.schemas import (
    DonationQuery,
    Gift,
    Gifts,
    RecordedGift,
    Reversal,
    SentDonation,
    SentReversal,
    gift_of,
)
from app.api.intake import Reader, idempotency_key, json_object, query, told_to_the_bearer
from app.api.ranges import range_of
from app.donations.commands import ReverseDonation
from app.donations.queries import (
    DonationFilter,
    DonationView,
    ReversalView,
    donations,
    get_donation,
    reversal_of,
)
from app.donations.service import (
    RecordedDonation,
    record_donation_with_token,
    reverse_donation,
)
from app.kernel.words import amount_in_words
from app.web.access import requires_token
from app.web.transactions import reading, single_statement, unit_of_work

bp = Resource("donations", path="/donations")

SENT_DONATION: Final = Reader(SentDonation)
SENT_REVERSAL: Final = Reader(SentReversal)
DONATION_QUERY: Final = Reader(DonationQuery)


@bp.post("")
@requires_token(Permission.DONATIONS_RECORD)
@described(
    {
        201: Answer("Recorded now", RecordedGift),
        200: Answer("Recorded before by the same request", RecordedGift, headers=REPLAYED),
    },
    body=SentDonation,
)
def record() -> ResponseReturnValue:
    """Record a gift: booked, numbered and answered in one transaction."""
    with told_to_the_bearer():
        gift = gift_of(idempotency_key(), SENT_DONATION.read(json_object()))
    recorded = single_statement(record_donation_with_token, gift)
    answer = _recorded(recorded, gift.amount)
    return created(answer, at=f"/api/v1/donations/{gift.id}", is_new=recorded.is_new)


@bp.get("")
@requires_token(Permission.DONATIONS_VIEW)
@described({200: Answer("Gifts, newest first", Gifts)}, query=DonationQuery)
def index() -> ResponseReturnValue:
    """Gifts, the last received first."""
    with told_to_the_bearer():
        asked = DONATION_QUERY.read(query())
        first, last = range_of(asked)
    limit = asked.get("limit", DEFAULT_LIMIT)
    wanted = DonationFilter(
        first=first,
        last=last,
        fund_id=asked.get("fund_id"),
        drive_id=asked.get("drive_id"),
        after=asked.get("cursor"),
        at_most=limit + 1,
    )
    with reading() as session:
        found = donations(session, wanted)
    return page(found, limit, write=_gift, key=lambda gift: (gift.received_on, gift.id))


@bp.get("/<uuid:donation_id>")
@requires_token(Permission.DONATIONS_VIEW)
@described({200: Answer("The gift", Gift)}, also_refused=[404])
def show(donation_id: UUID) -> ResponseReturnValue:
    """One gift."""
    with reading() as session:
        return jsonify(_gift(get_donation(session, donation_id)))


@bp.post("/<uuid:donation_id>/reversals")
@requires_token(Permission.DONATIONS_REVERSE)
@described(
    {
        201: Answer("Taken back now", Reversal),
        200: Answer("Taken back before by the same request", Reversal, headers=REPLAYED),
    },
    body=SentReversal,
    also_refused=[404],
)
def reverse(donation_id: UUID) -> ResponseReturnValue:
    """Take a gift back: its mirror is booked today, the receipt is void and keeps its number."""
    with told_to_the_bearer():
        reversal_id, sent = idempotency_key(), SENT_REVERSAL.read(json_object())
        command = ReverseDonation(id=reversal_id, donation_id=donation_id, reason=sent["reason"])
    with unit_of_work() as session:
        is_new = reverse_donation(session, command)
        gift = get_donation(session, donation_id)
        answer = _reversal(reversal_of(session, donation_id), gift)
    return created(answer, at=f"/api/v1/donations/{donation_id}", is_new=is_new)


def _recorded(recorded: RecordedDonation, amount: int) -> dict[str, Any]:
    return {
        "id": recorded.id,
        "amount": amount,
        "amount_in_words": amount_in_words(amount),
        "receipt": {
            "id": recorded.receipt_id,
            "number": recorded.number,
            "series": recorded.series,
            "verify_code": recorded.verify_code,
            # What it was at the time: a retry is answered with the very same body.
            "status": "issued",
        },
        "posted_at": instant(recorded.posted_at),
    }


def _gift(gift: DonationView) -> dict[str, Any]:
    return {
        "id": gift.id,
        "amount": gift.amount,
        "amount_in_words": amount_in_words(gift.amount),
        "receipt": _receipt(gift),
        "posted_at": instant(gift.posted_at),
        "fund_id": gift.fund_id,
        "drive_id": gift.drive_id,
        "donor": {"id": gift.donor_id, "name": gift.donor_name, "kind": gift.donor_kind},
        "method": gift.method,
        "source": gift.source,
        "received_on": gift.received_on.isoformat(),
        "is_anonymous": gift.is_anonymous,
        "note": gift.note,
        "reversal": _taken_back(gift),
    }


def _receipt(gift: DonationView) -> dict[str, Any]:
    return {
        "id": gift.receipt_id,
        "number": gift.receipt_number,
        "series": gift.receipt_series,
        "verify_code": gift.verify_code,
        "status": gift.receipt_status,
    }


def _taken_back(gift: DonationView) -> dict[str, Any] | None:
    if gift.reversed_at is None:
        return None
    return {"posted_at": instant(gift.reversed_at), "reason": gift.reversal_reason}


def _reversal(reversal: ReversalView, gift: DonationView) -> dict[str, Any]:
    return {
        "id": reversal.id,
        "donation_id": reversal.donation_id,
        "reason": reversal.reason,
        "posted_at": instant(reversal.posted_at),
        "receipt": _receipt(gift),
    }
