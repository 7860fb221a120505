"""Which accounts a gift moves: where the money came in, and as what it counts."""

from typing import Final
from uuid import UUID

from app.donations.commands import Method, RecordDonation, Source
from app.kernel.ids import uuid7
from app.ledger.chart import Account
from app.ledger.entries import NewEntry, NewPosting, Side

WHERE_IT_CAME_IN: Final = {
    Method.CASH: Account.CASH,
    Method.BANK_TRANSFER: Account.BANK,
    Method.CARD: Account.CARD_CLEARING,
    Method.IN_KIND: Account.GOODS,
}
# Dues and interest are not gifts, and money from above is counted apart (domain.md §2.3).
AS_WHAT_IT_COUNTS: Final = {
    Source.MEMBERSHIP_DUE: Account.MEMBERSHIP_DUES,
    Source.INTEREST: Account.INTEREST,
    Source.UPPER_LEVEL: Account.FROM_UPPER_LEVEL,
}


def entry_of(gift: RecordDonation) -> NewEntry:
    """The entry of a gift: debit where it came in, credit what it counts as."""
    return NewEntry(
        id=uuid7(),
        dated_on=gift.received_on,
        source_kind="donation",
        source_id=gift.id,
        postings=(
            line(gift, WHERE_IT_CAME_IN[gift.method], Side.DEBIT),
            line(gift, income_account(gift), Side.CREDIT),
        ),
    )


def income_account(gift: RecordDonation) -> Account:
    """Goods are never mixed with money (S16), whoever gave them."""
    if gift.method is Method.IN_KIND:
        return Account.GIFTS_IN_KIND
    return AS_WHAT_IT_COUNTS.get(gift.source, Account.GIFTS)


def line(gift: RecordDonation, account: Account, side: Side) -> NewPosting:
    """One line for the whole amount of the gift."""
    return NewPosting(account, side, gift.amount, gift.fund_id, gift.source.value)


def donor_id_of(donation_id: UUID) -> UUID:
    """The id of a giver first met with this gift: the same at every retry, so none is left over."""
    return UUID(int=donation_id.int ^ 0xD0)
