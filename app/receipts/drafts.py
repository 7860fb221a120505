"""A receipt before it has its number: the facts that will be printed, fixed at issue."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.kernel.ids import new_verify_code, uuid7
from app.kernel.words import amount_in_words

METHOD_WORDS: Final = {
    "cash": "Tiền mặt",
    "bank_transfer": "Chuyển khoản",
    "card": "Thẻ",
    "in_kind": "Hiện vật",
}


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """What a gift's receipt will say; the branch, fund and clerk are added by the database."""

    donation_id: UUID
    fund_id: UUID
    donor_name: str
    donor_address: str | None
    amount: int
    method: str
    purpose: str | None
    received_on: date

    def as_json(self) -> dict[str, object]:
        """The shape that issue_receipts reads, with a fresh id and verification code."""
        return {
            "id": uuid7(),
            "donation_id": self.donation_id,
            "fund_id": self.fund_id,
            "verify_code": new_verify_code(),
            "snapshot": {
                "donor_name": self.donor_name,
                "donor_address": self.donor_address,
                "amount": self.amount,
                "amount_in_words": amount_in_words(self.amount),
                "method": METHOD_WORDS[self.method],
                "purpose": self.purpose,
                "received_on": self.received_on,
                "is_in_kind": self.method == "in_kind",
            },
        }
