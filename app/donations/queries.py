"""Reads of gifts: one, and lists by filter; newest first, paged by key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.donations.rules import AS_WHAT_IT_COUNTS
from app.kernel.errors import NotFound, marked


@dataclass(frozen=True, slots=True)
class DonationView:
    """A gift with its giver, fund, receipt and, when it was taken back, when and why."""

    id: UUID
    donor_id: UUID
    donor_name: str
    donor_kind: str
    fund_id: UUID
    fund_name: str
    drive_id: UUID | None
    amount: int
    method: str
    source: str
    received_on: date
    posted_at: datetime
    is_anonymous: bool
    note: str | None
    recorded_by: UUID
    receipt_id: UUID
    receipt_kind: str
    receipt_year: int
    receipt_book: str
    receipt_number: int
    verify_code: str
    reversed_at: datetime | None
    reversal_reason: str | None
    is_printed: bool

    @property
    def receipt_series(self) -> str:
        """Kind, fiscal year and book: "BN/2026/A"."""
        return f"{self.receipt_kind}/{self.receipt_year}/{self.receipt_book}"

    @property
    def receipt_status(self) -> str:
        """`issued`, `rendered` once printed, `void` once the gift was reversed."""
        if self.reversed_at is not None:
            return "void"
        return "rendered" if self.is_printed else "issued"


@dataclass(frozen=True, slots=True)
class ReversalView:
    """How a gift was taken back."""

    id: UUID
    donation_id: UUID
    reason: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class DonationFilter:
    """Which gifts: days both included; folded words of the name; taken back, or not, or either."""

    first: date | None = None
    last: date | None = None
    fund_id: UUID | None = None
    drive_id: UUID | None = None
    donor_id: UUID | None = None
    method: str | None = None
    source: str | None = None
    is_reversed: bool | None = None
    receipt_number: int | None = None
    receipt_year: int | None = None
    words: str = ""
    after: tuple[date, UUID] | None = None
    at_most: int = 50


@dataclass(frozen=True, slots=True)
class GiftSum:
    """How many gifts and what they amount to in đồng, goods included."""

    gift_count: int
    amount: int
    in_kind_amount: int

    @property
    def money_amount(self) -> int:
        """What came as money: goods never stand in a cash figure (domain.md S16)."""
        return self.amount - self.in_kind_amount


# The kind and the id of what caused an entry.
Cause: TypeAlias = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class DaySum:
    """A day's gifts, and the đồng of dues, interest and money from above, which are no gifts."""

    gifts: GiftSum
    other_amount: int


@dataclass(frozen=True, slots=True)
class GiftBehind:
    """The gift that an entry of the book comes from."""

    donation_id: UUID
    donor_name: str
    receipt_number: int


# Joined by the whole key, branch and id: policies that show more than one branch's rows (of a
# receipt to who holds its code) would else keep the keys from being used.
DONATIONS: Final = """
    SELECT n.id, n.donor_id, d.name, d.kind, n.fund_id, f.name, n.drive_id, n.amount, n.method,
           n.source, n.received_on, n.posted_at, n.is_anonymous, n.note, n.recorded_by,
           r.id, r.kind, r.fiscal_year, r.book, r.number, r.verify_code, x.posted_at, x.reason,
           EXISTS (SELECT FROM receipt_documents p
                   WHERE (p.branch_id, p.receipt_id) = (r.branch_id, r.id)
                   AND p.rendition = 'original')
    FROM donations n
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    JOIN funds f ON (f.branch_id, f.id) = (n.branch_id, n.fund_id)
    JOIN receipts r ON (r.branch_id, r.donation_id) = (n.branch_id, n.id)
    LEFT JOIN donation_reversals x ON (x.branch_id, x.donation_id) = (n.branch_id, n.id)
"""

OF_RECEIPTS: Final = "SELECT donation_id FROM receipts WHERE branch_id = current_branch()"

# Each condition is added only when asked for, so that each list has a plan of its own.
CONDITIONS: Final = {
    "first": "n.received_on >= :first",
    "last": "n.received_on <= :last",
    "fund_id": "n.fund_id = :fund_id",
    "drive_id": "n.drive_id = :drive_id",
    "donor_id": "n.donor_id = :donor_id",
    "method": "n.method = :method",
    "source": "n.source = :source",
    "receipt_number": f"n.id IN ({OF_RECEIPTS} AND number = :receipt_number)",
    "receipt_year": f"n.id IN ({OF_RECEIPTS} AND fiscal_year = :receipt_year)",
}
# The last written down comes first within a day; ids would only shuffle it.
NEWEST_FIRST: Final = "r.fiscal_year DESC, r.number DESC, n.id DESC"
# A list goes on after a gift that is named by its day and id alone (contract.md §5).
GOES_ON: Final = """
    n.received_on <= :after_day AND (n.received_on, r.fiscal_year, r.number, n.id) < (:after_day,
      coalesce((SELECT fiscal_year FROM receipts
                WHERE branch_id = current_branch() AND donation_id = :after_id), 0::smallint),
      coalesce((SELECT number FROM receipts
                WHERE branch_id = current_branch() AND donation_id = :after_id), 0), :after_id)
"""
SUM: Final = """
    SELECT count(*), coalesce(sum(n.amount), 0)::bigint,
           coalesce(sum(n.amount) FILTER (WHERE n.method = 'in_kind'), 0)::bigint
    FROM donations n
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    WHERE """
TAKEN_BACK: Final = "EXISTS (SELECT FROM donation_reversals b WHERE b.donation_id = n.id)"
NAMED_LIKE: Final = (
    "(SELECT bool_and(strpos(d.search_key, w) > 0) FROM unnest(CAST(:words AS text[])) w)"
)


def get_donation(session: Session, donation_id: UUID) -> DonationView:
    """One gift of the scope's branch.

    Raises:
        NotFound: absent, or another branch's.
    """
    row = session.execute(text(DONATIONS + " WHERE n.id = :id"), {"id": donation_id}).first()
    if row is None:
        raise NotFound(marked("Không tìm thấy khoản ủng hộ này."))
    return DonationView(*row)


def donations(session: Session, wanted: DonationFilter) -> Sequence[DonationView]:
    """Gifts of the scope's branch, newest money date first, within a day by receipt number."""
    conditions, parameters = _asked(wanted)
    if wanted.after:
        conditions.append(GOES_ON)
        parameters["after_day"], parameters["after_id"] = wanted.after
    order = f" ORDER BY n.received_on DESC, {NEWEST_FIRST} LIMIT :at_most"
    query = text(DONATIONS + " WHERE " + " AND ".join(conditions) + order)
    rows = session.execute(query, {**parameters, "at_most": wanted.at_most})
    return [DonationView(*row) for row in rows]


def last_recorded(session: Session, *, at_most: int = 5) -> Sequence[DonationView]:
    """The gifts recorded last, whatever their money date."""
    query = text(DONATIONS + f" ORDER BY n.posted_at DESC, {NEWEST_FIRST} LIMIT :at_most")
    return [DonationView(*row) for row in session.execute(query, {"at_most": at_most})]


def sum_of(session: Session, wanted: DonationFilter) -> GiftSum:
    """What the gifts of the filter amount to, on all its pages; those taken back only if asked."""
    conditions, parameters = _asked(replace(wanted, is_reversed=bool(wanted.is_reversed)))
    query = text(SUM + " AND ".join(conditions))
    return GiftSum(*session.execute(query, parameters).one())


def received_on_day(session: Session, day: date) -> DaySum:
    """What came in with that money date and was not taken back, gifts apart from the rest."""
    conditions, parameters = _asked(DonationFilter(first=day, last=day, is_reversed=False))
    gifts = text(SUM + " AND ".join([*conditions, "n.source <> ALL (:no_gifts)"]))
    no_gifts = [source.value for source in AS_WHAT_IT_COUNTS]
    given = GiftSum(*session.execute(gifts, {**parameters, "no_gifts": no_gifts}).one())
    return DaySum(given, sum_of(session, DonationFilter(first=day, last=day)).amount - given.amount)


def gifts_behind(session: Session, causes: Sequence[Cause]) -> dict[Cause, GiftBehind]:
    """The gifts of entries, by what caused each: a donation, or the reversal of one.

    Clients make the ids, so that an id alone may name a gift and another gift's reversal.
    """
    rows = session.execute(
        text(
            "SELECT s.kind, s.id, n.id, d.name, r.number"
            " FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS uuid[])) AS s(kind, id)"
            " LEFT JOIN donation_reversals x"
            "   ON x.branch_id = current_branch() AND s.kind = 'donation.reversal' AND x.id = s.id"
            " JOIN donations n ON n.branch_id = current_branch()"
            "   AND n.id = CASE WHEN s.kind = 'donation' THEN s.id ELSE x.donation_id END"
            " JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)"
            " JOIN receipts r ON (r.branch_id, r.donation_id) = (n.branch_id, n.id)",
        ),
        {"kinds": [kind for kind, _ in causes], "ids": [cause for _, cause in causes]},
    )
    return {(kind, cause): GiftBehind(*gift) for kind, cause, *gift in rows}


def reversal_of(session: Session, donation_id: UUID) -> ReversalView:
    """How a gift was reversed; it must have been."""
    row = session.execute(
        text(
            "SELECT id, donation_id, reason, posted_at FROM donation_reversals"
            " WHERE donation_id = :id",
        ),
        {"id": donation_id},
    ).one()
    return ReversalView(*row)


def _asked(wanted: DonationFilter) -> tuple[list[str], dict[str, object]]:
    asked = {name: getattr(wanted, name) for name in CONDITIONS}
    parameters: dict[str, object] = {k: value for k, value in asked.items() if value is not None}
    conditions = ["true", *(CONDITIONS[name] for name in parameters)]
    if wanted.is_reversed is not None:
        conditions.append(TAKEN_BACK if wanted.is_reversed else f"NOT {TAKEN_BACK}")
    if wanted.words:
        conditions.append(NAMED_LIKE)
        parameters["words"] = wanted.words.split()
    return conditions, parameters
