"""Reads of totals: numbers of a branch and of those below it, never of people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
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
    """What one branch's tree (or own book) received in a month."""

    branch_id: UUID
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


@dataclass(frozen=True, slots=True)
class Span:
    """Days of one branch to be summed, from `first` until before `stop`, under a label."""

    branch_id: UUID
    label: str
    first: date
    stop: date

    def whole_months(self) -> list["Span"]:
        """The part that whole calendar months make up: one piece or none."""
        return self._piece(_month_after(self.first), self.stop.replace(day=1))

    def ends(self) -> list["Span"]:
        """The days before and after the whole months: none, one or two pieces."""
        begins, ends = _month_after(self.first), self.stop.replace(day=1)
        if begins > ends:
            return self._piece(self.first, self.stop)
        return self._piece(self.first, begins) + self._piece(ends, self.stop)

    def _piece(self, first: date, stop: date) -> list["Span"]:
        return [replace(self, first=first, stop=stop)] if first < stop else []


A_LONG_MONTH: Final = timedelta(days=31)
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
    session: Session, branch_ids: Sequence[UUID], first: date, last: date, *, reach: str = "tree"
) -> Sequence[MonthTotal]:
    """Month totals of the given branches, from the month of `first` to that of `last`."""
    rows = session.execute(
        text(
            "SELECT branch_id, month, source, restriction, amount, gift_count, in_kind_amount"
            " FROM branch_month_totals WHERE branch_id = ANY(:ids) AND reach = :reach"
            " AND month BETWEEN :first AND :last",
        ),
        {"ids": list(branch_ids), "reach": reach, "first": first.replace(day=1), "last": last},
    )
    return [MonthTotal(*row) for row in rows]


def sums_between(
    session: Session, branch_ids: Sequence[UUID], first: date, last: date, *, reach: str = "tree"
) -> dict[UUID, int]:
    """Sum of each branch over days both included: whole months by month, the rest by day."""
    stop = last + timedelta(days=1)
    spans = [Span(branch_id, "between", first, stop) for branch_id in branch_ids]
    sums = amounts_of_spans(session, spans, reach=reach)
    return {branch_id: amount for (branch_id, _), amount in sums.items()}


def horizon(session: Session, branch_id: UUID) -> Horizon:
    """From when to when the totals of this branch's tree speak."""
    query = text(
        "SELECT (SELECT min(month) FROM branch_month_totals"
        "  WHERE branch_id = :id AND reach = 'tree'), as_of FROM rollup_state"
    )
    return Horizon(*session.execute(query, {"id": branch_id}).one())


# Each piece is looked up by key, whatever the planner believes of arrays: hence the sums inside.
SPANNED: Final = """
    WITH cells AS (
      SELECT s.branch_id, s.label, c.*
      FROM unnest(CAST(:month_ids AS uuid[]), CAST(:month_labels AS text[]),
                  CAST(:month_firsts AS date[]), CAST(:month_stops AS date[]))
        AS s(branch_id, label, first, stop)
      CROSS JOIN LATERAL (
        SELECT t.month, sum(t.amount) AS amount, sum(t.in_kind_amount) AS in_kind_amount,
               sum(t.gift_count) AS gift_count
        FROM branch_month_totals t WHERE t.branch_id = s.branch_id AND t.reach = :reach
         AND t.month >= s.first AND t.month < s.stop GROUP BY t.month) c
      UNION ALL
      SELECT s.branch_id, s.label, c.*
      FROM unnest(CAST(:day_ids AS uuid[]), CAST(:day_labels AS text[]),
                  CAST(:day_firsts AS date[]), CAST(:day_stops AS date[]))
        AS s(branch_id, label, first, stop)
      CROSS JOIN LATERAL (
        SELECT date_trunc('month', t.day)::date, sum(t.amount), sum(t.in_kind_amount),
               sum(t.gift_count)
        FROM branch_day_totals t WHERE t.branch_id = s.branch_id AND t.reach = :reach
         AND t.day >= s.first AND t.day < s.stop GROUP BY 1) c
    )
"""


def months_of_spans(
    session: Session, spans: Sequence[Span]
) -> Sequence[tuple[UUID, date, int, int, int]]:
    """Branch, month, amount, in kind and gifts of what each branch's spans hold, with all below."""
    query = (
        " SELECT branch_id, month, sum(amount)::bigint, sum(in_kind_amount)::bigint,"
        " sum(gift_count)::bigint FROM cells GROUP BY branch_id, month"
    )
    rows = session.execute(text(SPANNED + query), {"reach": "tree", **_pieces(spans)}).all()
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def amounts_of_spans(
    session: Session, spans: Sequence[Span], *, reach: str = "tree"
) -> dict[tuple[UUID, str], int]:
    """The amount of each branch's spans, by branch and label; what holds nothing is absent."""
    query = " SELECT branch_id, label, sum(amount)::bigint FROM cells GROUP BY branch_id, label"
    rows = session.execute(text(SPANNED + query), {"reach": reach, **_pieces(spans)}).all()
    return {(branch_id, label): amount for branch_id, label, amount in rows}


def _pieces(spans: Sequence[Span]) -> dict[str, object]:
    """Whole months of the spans, to be read from the months, and their ends, read from the days."""
    months = [piece for span in spans for piece in span.whole_months()]
    days = [piece for span in spans for piece in span.ends()]
    return {
        f"{kind}_{name}s": [getattr(piece, name.replace("id", "branch_id")) for piece in pieces]
        for kind, pieces in (("month", months), ("day", days))
        for name in ("id", "label", "first", "stop")
    }


def _month_after(day: date) -> date:
    """The first day of a month that is not before `day`."""
    first = day.replace(day=1)
    return first if first == day else (first + A_LONG_MONTH).replace(day=1)


def same_day_last_year(day: date) -> date:
    """The day a year before; 29 February answers 28."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
