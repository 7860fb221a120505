"""What is sent and answered about gifts."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from marshmallow import fields

from app.api.answers import Closed, page_schema
from app.api.fields import Choice, Day, Dong, Flag, Id, Mail, Name, Phone, Prose, Reason
from app.api.ranges import RangeQuery
from app.donations.commands import Method, RecordDonation, Source
from app.donors.commands import ANONYMOUS_NAME, DonorKind, NewDonor
from app.kernel.errors import Invalid, marked

NAME_THE_DONOR: Final = marked("Nhập tên người ủng hộ; chỉ loại anonymous được để trống.")
LONGEST_PROSE: Final = 300
RECEIPT_STATES: Final = ["issued", "rendered", "void"]


class SentDonor(Closed):
    """A giver; only an anonymous one may stay without a name."""

    name = Name(allow_none=True)
    kind = Choice(DonorKind, required=True)
    phone = Phone(allow_none=True)
    email = Mail(allow_none=True)
    address = Prose(LONGEST_PROSE, allow_none=True)


class SentDonation(Closed):
    """A gift as it was received."""

    fund_id = Id(required=True)
    drive_id = Id(allow_none=True)
    donor = fields.Nested(SentDonor, required=True)
    amount = Dong(required=True)
    method = Choice(Method, required=True)
    received_on = Day(required=True)
    source = Choice(Source, required=True)
    is_anonymous = Flag()
    note = Prose(LONGEST_PROSE, allow_none=True)


class SentReversal(Closed):
    """Why a gift is taken back."""

    reason = Reason(required=True)


class DonationQuery(RangeQuery):
    """Which gifts: by the day they were received, by fund, by drive."""

    fund_id = Id()
    drive_id = Id()


class IssuedReceipt(Closed):
    """A numbered receipt; "BN/2026/A" is its series."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"minimum": 1})
    series = fields.String(required=True)
    verify_code = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": RECEIPT_STATES})


class RecordedGift(Closed):
    """A gift that is in the book now, or was before."""

    id = fields.UUID(required=True)
    amount = fields.Integer(required=True)
    amount_in_words = fields.String(required=True)
    receipt = fields.Nested(IssuedReceipt, required=True)
    posted_at = fields.DateTime(required=True)


class Giver(Closed):
    """Who gave."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in DonorKind]})


class TakenBack(Closed):
    """When and why a gift was taken back."""

    posted_at = fields.DateTime(required=True)
    reason = fields.String(required=True)


class Gift(RecordedGift):
    """A gift with all that was said of it; `reversal` is null unless it was taken back."""

    fund_id = fields.UUID(required=True)
    drive_id = fields.UUID(required=True, allow_none=True)
    donor = fields.Nested(Giver, required=True)
    method = fields.String(required=True, metadata={"enum": [method.value for method in Method]})
    source = fields.String(required=True, metadata={"enum": [source.value for source in Source]})
    received_on = fields.Date(required=True)
    is_anonymous = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)
    reversal = fields.Nested(TakenBack, required=True, allow_none=True)


class Reversal(Closed):
    """A gift that was taken back; its receipt is void and keeps its number."""

    id = fields.UUID(required=True)
    donation_id = fields.UUID(required=True)
    reason = fields.String(required=True)
    posted_at = fields.DateTime(required=True)
    receipt = fields.Nested(IssuedReceipt, required=True)


Gifts: Final = page_schema("Gifts", Gift)


def gift_of(gift_id: UUID, sent: Mapping[str, Any]) -> RecordDonation:
    """The command that a read SentDonation asks for.

    Raises:
        Invalid: the giver has no name and is not anonymous.
    """
    return RecordDonation(
        id=gift_id,
        fund_id=sent["fund_id"],
        drive_id=sent.get("drive_id"),
        donor=_donor_of(sent["donor"]),
        amount=sent["amount"],
        method=sent["method"],
        source=sent["source"],
        received_on=sent["received_on"],
        is_anonymous=sent.get("is_anonymous", False),
        note=sent.get("note"),
    )


def _donor_of(sent: Mapping[str, Any]) -> NewDonor:
    name, kind = sent.get("name"), sent["kind"]
    if name is None and kind is not DonorKind.ANONYMOUS:
        raise Invalid("donor.name", NAME_THE_DONOR)
    return NewDonor(
        kind=kind,
        name=name or ANONYMOUS_NAME,
        phone=sent.get("phone"),
        email=sent.get("email"),
        address=sent.get("address"),
    )
