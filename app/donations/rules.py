"""Which accounts a gift moves: where the money came in, and as what it counts."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.donations.commands import Arrival, Method, RecordDonation, Source
from app.donors.commands import DonorKind
from app.kernel.ids import uuid7
from app.kernel.text import fold
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

# Cash from this amount on costs an enterprise its tax deduction (TT 20/2026; domain.md §3.6).
CASH_LIMIT: Final = 5_000_000
SOURCE_OF_KIND: Final = {
    DonorKind.PERSON: Source.INDIVIDUAL,
    DonorKind.HOUSEHOLD: Source.HOUSEHOLD,
    DonorKind.CLAN: Source.CLAN,
    DonorKind.ANONYMOUS: Source.OTHER,
}
# How the names of organisations begin, folded; what begins otherwise tells no source.
SOURCE_OF_BEGINNING: Final = {
    Source.ENTERPRISE: (
        *("cong ty", "cty", "doanh nghiep", "tap doan", "ngan hang"),
        *("hop tac xa", "htx", "cua hang", "co so"),
    ),
    # Not "truong" or "ban" alone: enterprises are called Trường Hải and Ban Mai.
    Source.SCHOOL: (
        *("truong mam non", "truong mau giao", "truong tieu hoc", "truong thcs", "truong thpt"),
        *("truong trung hoc", "truong pho thong", "truong cao dang", "truong dai hoc"),
    ),
    Source.AGENCY: (
        *("uy ban", "ubnd", "hdnd", "dang uy", "cong an", "benh vien", "tram y te"),
        *("so giao duc", "phong giao duc", "chi cuc", "kho bac", "toa an", "vien kiem sat"),
    ),
    Source.RELIGIOUS: ("chua", "nha tho", "giao xu"),
}


def usual_source(kind: DonorKind, name: str) -> Source | None:
    """The source that a gift counts as when nobody says another.

    None for an organisation whose name does not tell whether it trades, governs or teaches.
    """
    if kind != DonorKind.ORGANISATION:
        return SOURCE_OF_KIND[kind]
    folded = fold(name) + " "
    for source, beginnings in SOURCE_OF_BEGINNING.items():
        if folded.startswith(tuple(f"{words} " for words in beginnings)):
            return source
    return None


def costs_deduction(kind: str, method: str, amount: int) -> bool:
    """Whether an organisation gives so much cash that it may lose its tax deduction."""
    is_cash = method == Method.CASH.value
    return kind == DonorKind.ORGANISATION.value and is_cash and amount >= CASH_LIMIT


def entry_of(gift: RecordDonation) -> NewEntry:
    """The entry of a gift: debit where it came in, credit what it counts as."""
    return NewEntry(
        id=uuid7(),
        dated_on=gift.received_on,
        source_kind="donation",
        source_id=gift.id,
        postings=(
            *out_of_suspense(gift),
            line(gift, WHERE_IT_CAME_IN[gift.method], Side.DEBIT, gift.amount + gift.covered_fee),
            line(gift, income_account(gift), Side.CREDIT, gift.amount),
            *toward_fees(gift),
        ),
    )


def out_of_suspense(gift: RecordDonation) -> Sequence[NewPosting]:
    """Money that a bank line brought stood at the bank as nobody's: there it goes out again."""
    if gift.arrival is not Arrival.FROM_SUSPENSE:
        return ()
    return (
        NewPosting(Account.SUSPENSE, Side.DEBIT, gift.amount, None),
        NewPosting(Account.BANK, Side.CREDIT, gift.amount, None),
    )


def toward_fees(gift: RecordDonation) -> Sequence[NewPosting]:
    """What a giver adds for the card's fee is no gift: it makes the fee smaller."""
    if not gift.covered_fee:
        return ()
    return (NewPosting(Account.FEES, Side.CREDIT, gift.covered_fee, gift.fund_id),)


def income_account(gift: RecordDonation) -> Account:
    """Goods are never mixed with money (S16), whoever gave them."""
    if gift.method is Method.IN_KIND:
        return Account.GIFTS_IN_KIND
    return AS_WHAT_IT_COUNTS.get(gift.source, Account.GIFTS)


def line(gift: RecordDonation, account: Account, side: Side, amount: int) -> NewPosting:
    """One line that totals count under the gift's source."""
    return NewPosting(account, side, amount, gift.fund_id, gift.source.value)


def donor_id_of(donation_id: UUID) -> UUID:
    """The id of a giver first met with this gift: the same at every retry, so none is left over."""
    return UUID(int=donation_id.int ^ 0xD0)
