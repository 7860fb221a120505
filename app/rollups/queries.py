"""Reads of totals: numbers of a branch and of those below it, never of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.clock import local


@dataclass(frozen=True, slots=True)
class TotalsQuestion:
    """Days from first to last, both included, split by some of branch, month and source."""

    first: date
    last: date
    by: tuple[str, ...] = ()
    reach: str = "own"


@dataclass(frozen=True, slots=True)
class Total:
    """One answer, in đồng; the parts that were not asked for are None."""

    branch: str | None
    month: str | None
    source: str | None
    amount: int
    in_kind_amount: int
    gift_count: int


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What a branch's tree received in a month from one source for one kind of fund."""

    month: date
    source: str
    restriction: str
    amount: int
    gift_count: int
    in_kind_amount: int


@dataclass(frozen=True, slots=True)
class Horizon:
    """What totals of a tree cover: from the month of its first gift (None before it) to as_of."""

    begins: date | None
    as_of: datetime

    @property
    def today(self) -> date:
        """The day of as_of in Hà Nội: the last one that totals speak of."""
        return local(self.as_of).date()

    @property
    def years(self) -> Sequence[int]:
        """Years that have totals, the present one first; it is there even before the first gift."""
        first = min(self.begins or self.today, self.today).year
        return range(self.today.year, first - 1, -1)


SPLITS: Final = {
    "branch": "b.slug",
    "month": "to_char(t.day, 'YYYY-MM')",
    "source": "t.source",
}
# Split by branch, a tree is its branches' own totals on the days they belonged to it.
OF_BRANCH: Final = "t.branch_id = current_branch() AND t.reach = :reach"
OF_TREE: Final = """t.reach = 'own' AND EXISTS (SELECT FROM branch_ancestry a
    WHERE a.ancestor_id = current_branch() AND a.descendant_id = t.branch_id
      AND t.day >= a.valid_from AND t.day < a.valid_to)"""

# Filled in with constants of this module alone.
TOTALS: Final = """
    SELECT {columns}, coalesce(sum(t.amount), 0)::bigint,
           coalesce(sum(t.in_kind_amount), 0)::bigint, coalesce(sum(t.gift_count), 0)::bigint
    FROM branch_day_totals t JOIN branches b ON b.id = t.branch_id
    WHERE {of_whom} AND t.day BETWEEN :first AND :last {grouped}
"""
GROUPED: Final = "GROUP BY {splits} ORDER BY {splits}"


def as_of(session: Session) -> datetime:
    """The moment up to which every gift is in the totals."""
    moment: datetime = session.execute(text("SELECT as_of FROM rollup_state")).scalar_one()
    return moment


def totals(session: Session, question: TotalsQuestion) -> Sequence[Total]:
    """Totals of the scope's branch (reach own) or of it and all below (reach tree)."""
    columns = [SPLITS[name] if name in question.by else "NULL" for name in SPLITS]
    splits = [SPLITS[name] for name in SPLITS if name in question.by]
    is_by_branch_below = "branch" in question.by and question.reach == "tree"
    query = TOTALS.format(
        columns=", ".join(columns),
        of_whom=OF_TREE if is_by_branch_below else OF_BRANCH,
        grouped=GROUPED.format(splits=", ".join(splits)) if splits else "",
    )
    parameters: dict[str, object] = {"first": question.first, "last": question.last}
    if not is_by_branch_below:
        parameters["reach"] = question.reach
    return [Total(*row) for row in session.execute(text(query), parameters)]


def month_totals(
    session: Session, branch_id: UUID, first: date, last: date
) -> Sequence[MonthTotal]:
    """Month totals of the branch's tree, from the month of `first` to that of `last`."""
    rows = session.execute(
        text(
            "SELECT month, source, restriction, amount, gift_count, in_kind_amount"
            " FROM branch_month_totals WHERE branch_id = :id AND reach = 'tree'"
            " AND month BETWEEN :first AND :last",
        ),
        {"id": branch_id, "first": first.replace(day=1), "last": last},
    )
    return [MonthTotal(*row) for row in rows]


def horizon(session: Session, branch_id: UUID) -> Horizon:
    """From when to when the totals of this branch's tree speak."""
    query = text(
        "SELECT (SELECT min(month) FROM branch_month_totals"
        "  WHERE branch_id = :id AND reach = 'tree'), as_of FROM rollup_state"
    )
    return Horizon(*session.execute(query, {"id": branch_id}).one())


def same_day_last_year(day: date) -> date:
    """The day a year before; 29 February answers 28."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
