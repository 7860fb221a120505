"""What a year brought a branch and each one below it, and the same days of the year before.

One statement answers, with one row a branch: whole months come from the months, the days at the
ends of a span from the days.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

FROM_ABOVE: Final = "upper_level"
"""Money that passes down inside the association (M7): its giver is counted above, so not here."""
NOT_GIVEN: Final = (FROM_ABOVE, "interest", "membership_due")
"""What came in without a giver: no gift, though interest and dues do belong to M1."""


@dataclass(frozen=True, slots=True)
class YearAsked:
    """The days of a year; of the year before from `known` until before `stop_before`."""

    branch_id: UUID
    first: date
    stop: date
    known: date
    stop_before: date
    today: date


@dataclass(frozen=True, slots=True)
class YearFound:
    """What one branch's tree (or own book) mobilised, in đồng; `passed_down` stands beside it.

    `since` is the first day compared, None when nothing can be: from it on the year brought `now`,
    and the same days of the year before `before`. A month may come in two pieces.
    """

    branch_id: UUID
    reach: str
    amount: int
    in_kind_amount: int
    gift_count: int
    passed_down: int
    months: tuple[tuple[int, int], ...]
    since: date | None
    now: int
    before: int


ITSELF: Final = """
      SELECT b.id AS branch_id, r.reach, b.opened_on AS first,
             coalesce(b.closed_on, 'infinity') AS stop
      FROM branches b CROSS JOIN (VALUES ('own'), ('tree')) AS r(reach) WHERE b.id = :branch_id
"""
BELOW: Final = """
      SELECT h.subject_id, 'tree', h.valid_from, coalesce(h.valid_to, 'infinity')
      FROM branch_history h WHERE h.parent_id = :branch_id
       AND h.valid_from < :stop AND coalesce(h.valid_to > :known, true)
"""
# A year is compared from the first day for which the branch's totals know the year before.
# Each piece is looked up by key, whatever the planner believes: hence the sums inside.
YEARS: Final = """
    WITH terms AS ({terms}), known AS (
      SELECT t.branch_id, t.reach,
             CASE WHEN max(t.stop) > :today THEN greatest(:known, min(t.first), min(f.month)) END
               AS since
      FROM terms t
      CROSS JOIN LATERAL (
        SELECT min(m.month) AS month FROM branch_month_totals m
        WHERE m.branch_id = t.branch_id AND m.reach = t.reach) f
      WHERE f.month < :stop_before GROUP BY t.branch_id, t.reach
    ), compared AS (
      SELECT branch_id, reach, since, (since + interval '1 year')::date AS since_now
      FROM known WHERE since < :stop_before
    ), spans AS (
      SELECT t.*, 'before' AS label, greatest(t.first, c.since) AS begins,
             least(t.stop, :stop_before) AS ends
      FROM terms t JOIN compared c USING (branch_id, reach)
      UNION ALL
      SELECT t.*, 'now', greatest(t.first, c.since_now), least(t.stop, :stop)
      FROM terms t JOIN compared c USING (branch_id, reach)
      UNION ALL
      SELECT t.*, 'early', greatest(t.first, :first), least(t.stop, :stop, c.since_now)
      FROM terms t LEFT JOIN compared c USING (branch_id, reach)
    ), pieces AS (
      SELECT branch_id, reach, label, begins, ends, date_trunc('month', ends)::date AS tail,
             date_trunc('month', begins + interval '1 month' - interval '1 day')::date AS head
      FROM spans WHERE begins < ends
    ), cells AS (
      SELECT p.branch_id, p.reach, p.label, c.* FROM pieces p CROSS JOIN LATERAL (
        SELECT t.month, {sums} FROM branch_month_totals t
        WHERE t.branch_id = p.branch_id AND t.reach = p.reach
         AND t.month >= p.head AND t.month < p.tail GROUP BY 1) c
      UNION ALL
      SELECT p.branch_id, p.reach, p.label, c.* FROM pieces p CROSS JOIN LATERAL (
        SELECT date_trunc('month', t.day)::date AS month, {sums} FROM branch_day_totals t
        WHERE t.branch_id = p.branch_id AND t.reach = p.reach
         AND t.day >= p.begins AND t.day < least(p.head, p.ends) GROUP BY 1) c
      WHERE p.begins < p.head
      UNION ALL
      SELECT p.branch_id, p.reach, p.label, c.* FROM pieces p CROSS JOIN LATERAL (
        SELECT date_trunc('month', t.day)::date AS month, {sums} FROM branch_day_totals t
        WHERE t.branch_id = p.branch_id AND t.reach = p.reach
         AND t.day >= greatest(p.head, p.tail) AND t.day < p.ends GROUP BY 1) c
      WHERE greatest(p.head, p.tail) < p.ends
    ), months AS (
      SELECT branch_id, reach, label, extract(month FROM month)::int AS number,
             sum(amount) AS amount, sum(in_kind_amount) AS in_kind_amount,
             sum(gift_count) AS gift_count, sum(passed_down) AS passed_down
      FROM cells GROUP BY 1, 2, 3, 4
    )
    SELECT branch_id, reach, {year}, coalesce(array_agg(number) {of_year}, '{{}}'),
           coalesce(array_agg(coalesce(amount, 0)::bigint) {of_year}, '{{}}'), c.since_now,
           coalesce(sum(amount) FILTER (WHERE label = 'now'), 0)::bigint,
           coalesce(sum(amount) FILTER (WHERE label = 'before'), 0)::bigint
    FROM months LEFT JOIN compared c USING (branch_id, reach)
    GROUP BY branch_id, reach, c.since_now
"""
OF_YEAR: Final = "FILTER (WHERE label <> 'before')"
COUNTED: Final = ("amount", "in_kind_amount", "gift_count", "passed_down")
SUMS: Final = """sum(t.amount) FILTER (WHERE t.source <> :from_above) AS amount,
               sum(t.in_kind_amount) FILTER (WHERE t.source <> :from_above) AS in_kind_amount,
               sum(t.gift_count) FILTER (WHERE t.source <> ALL (:not_given)) AS gift_count,
               sum(t.amount) FILTER (WHERE t.source = :from_above) AS passed_down"""


def years_of_itself(session: Session, asked: YearAsked) -> dict[str, YearFound]:
    """The year of the branch, by reach (own, tree); a reach without figures is absent."""
    return {found.reach: found for found in _found(session, asked, ITSELF)}


def years_with_lower(session: Session, asked: YearAsked) -> dict[tuple[UUID, str], YearFound]:
    """The same with the tree of every branch directly below, for its days there."""
    found = _found(session, asked, f"{ITSELF} UNION ALL {BELOW}")
    return {(each.branch_id, each.reach): each for each in found}


def _found(session: Session, asked: YearAsked, terms: str) -> list[YearFound]:
    year = ", ".join(f"coalesce(sum({name}) {OF_YEAR}, 0)::bigint" for name in COUNTED)
    query = YEARS.format(terms=terms, sums=SUMS, year=year, of_year=OF_YEAR)
    parameters = {"from_above": FROM_ABOVE, "not_given": list(NOT_GIVEN), **asdict(asked)}
    rows = session.execute(text(query), parameters)
    return [_read(tuple(row)) for row in rows]


def _read(row: tuple[Any, ...]) -> YearFound:
    months = tuple(zip(row[6], row[7], strict=True))
    return YearFound(row[0], row[1], row[2], row[3], row[4], row[5], months, *row[8:])
