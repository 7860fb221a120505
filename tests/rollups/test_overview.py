"""The year of a branch: its rows add up, its comparisons are of the same days."""

from datetime import date

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.branches.commands import BranchKind
from app.branches.models import BranchTerm
from app.branches.queries import line_below
from app.branches.service import close_branch
from app.db.scope import DirectoryScope
from app.db.unit_of_work import reading, unit_of_work
from app.donations.commands import Method, Source
from app.kernel.clock import today
from app.kernel.errors import NotFound
from app.rollups.overview import BranchYear, LowerYears, Sums, Year, branch_year, lower_years
from app.rollups.queries import horizon, same_day_last_year
from app.rollups.years import YearAsked, years_of_itself
from tests.builders.branches import BranchAtHand, open_below
from tests.builders.consequences import fold_totals
from tests.builders.donations import a_gift, give

BEFORE = same_day_last_year(today())


def year_of(branch: BranchAtHand, number: int | None = None) -> tuple[BranchYear, LowerYears]:
    """The branch's year and that of those below it, from one snapshot."""
    with reading(branch.scope) as session:
        year = Year(number or today().year, horizon(session, branch.id))
        return branch_year(session, branch.id, year), lower_years(session, branch.id, year)


def test_rows_and_own_book_add_up_to_the_whole(
    city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    hamlet = open_below(a_branch, BranchKind.RESIDENTIAL)
    give(city, a_gift(city, amount=10_000))
    give(a_branch, a_gift(a_branch, amount=500_000))
    give(another_branch, a_gift(another_branch, amount=300_000, method=Method.IN_KIND))
    give(hamlet, a_gift(hamlet, amount=7_000))
    fold_totals()

    figures, lower = year_of(city)

    assert figures.total == Sums(817_000, 300_000, 4)
    assert lower.own.total == Sums(10_000, 0, 1)
    rows = {row.branch.id: row.total.amount for row in lower.present}
    assert rows == {a_branch.id: 507_000, another_branch.id: 300_000}


def test_a_branch_that_ended_keeps_its_place_in_the_sum(city: BranchAtHand) -> None:
    district = open_below(city, BranchKind.DISTRICT)
    give(district, a_gift(district, amount=90_000, received_on=BEFORE))
    with unit_of_work(DirectoryScope()) as session:
        close_branch(session, district.id, closed_on=today(), newest_entry_on=None)
    fold_totals()

    figures, lower = year_of(city, BEFORE.year)

    assert figures.total.amount == 90_000
    assert lower.present == ()
    assert [(row.branch.slug, row.total.amount) for row in lower.ended] == [(district.slug, 90_000)]
    assert year_of(city)[1].ended == ()


def test_the_same_days_are_compared(city: BranchAtHand, a_branch: BranchAtHand) -> None:
    for day, amount in ((date(BEFORE.year, 1, 1), 100_000), (BEFORE, 200_000), (today(), 450_000)):
        give(a_branch, a_gift(a_branch, amount=amount, received_on=day))
    after = date(BEFORE.year, 12, 31)
    give(a_branch, a_gift(a_branch, amount=999_000, received_on=after))
    fold_totals()

    _, lower = year_of(city)

    counted = 1_299_000 if after == BEFORE else 300_000
    (row,) = lower.present
    assert row.comparison is not None
    assert lower.comparison is not None
    assert (row.comparison.now, row.comparison.before) == (450_000, counted)
    assert (lower.comparison.now, lower.comparison.before) == (450_000, counted)


def test_a_new_name_does_not_part_a_branch_from_its_past(
    city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, amount=200_000, received_on=BEFORE))
    give(a_branch, a_gift(a_branch, amount=300_000))
    fold_totals()
    new_year = date(today().year, 1, 1)
    with unit_of_work(DirectoryScope()) as session:
        named = update(BranchTerm).where(BranchTerm.subject_id == a_branch.id)
        session.execute(named.values(valid_to=new_year))
        term = {"name": "Hội mới", "short_name": "Mới", "kind": BranchKind.COMMUNE}
        parent = {"parent_id": city.id, "subject_id": a_branch.id, "valid_from": new_year}
        session.execute(insert(BranchTerm).values(**term, **parent))

    _, lower = year_of(city)

    (row,) = lower.present
    assert (row.branch.short_name, row.total.amount) == ("Mới", 300_000)
    assert row.comparison is not None
    assert (row.comparison.now, row.comparison.before) == (300_000, 200_000)


def test_nothing_is_compared_without_a_year_before(
    city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    give(a_branch)
    fold_totals()

    figures, lower = year_of(city)

    assert lower.comparison is None
    assert set(figures.months_before) == {None}
    assert figures.months[today().month - 1] == 500_000


@pytest.mark.parametrize(
    ("first", "stop", "amount"),
    [
        (date(2025, 1, 1), date(2026, 1, 1), 1_111_000),
        (date(2025, 1, 31), date(2025, 3, 1), 1_010_000),
        (date(2025, 1, 31), date(2025, 3, 2), 1_110_000),
        (date(2025, 1, 10), date(2025, 1, 31), 1_000),
        (date(2025, 1, 31), date(2025, 1, 31), 0),
        (date(2025, 2, 1), date(2025, 2, 28), 0),
    ],
)
def test_a_span_holds_its_days_and_no_others(
    a_branch: BranchAtHand, first: date, stop: date, amount: int
) -> None:
    for day, given in (
        (date(2025, 1, 10), 1_000),
        (date(2025, 1, 31), 10_000),
        (date(2025, 2, 28), 1_000_000),
        (date(2025, 3, 1), 100_000),
    ):
        give(a_branch, a_gift(a_branch, amount=given, received_on=day))
    fold_totals()

    asked = YearAsked(a_branch.id, first, stop, known=first, stop_before=first, today=stop)
    with reading(a_branch.scope) as session:
        found = years_of_itself(session, asked)

    assert (found["tree"].amount if found else 0) == amount


def test_money_from_above_is_not_mobilised_and_interest_is_no_gift(
    city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    give(a_branch, a_gift(a_branch, amount=500_000))
    for source, amount in ((Source.UPPER_LEVEL, 8_000_000), (Source.INTEREST, 3_000)):
        give(a_branch, a_gift(a_branch, amount=amount, source=source))
    give(a_branch, a_gift(a_branch, amount=20_000, source=Source.MEMBERSHIP_DUE))
    fold_totals()

    figures, lower = year_of(city)

    assert figures.total == lower.present[0].total == Sums(523_000, 0, 1)
    assert figures.passed_down == 8_000_000
    assert set(figures.sources) == {"household", "interest", "membership_due"}


def test_a_branch_answers_alike_for_itself_and_from_above(
    city: BranchAtHand, a_branch: BranchAtHand
) -> None:
    give(city, a_gift(city, received_on=date(BEFORE.year, 1, 1)))
    give(a_branch, a_gift(a_branch, amount=200_000, received_on=BEFORE))
    give(a_branch, a_gift(a_branch, amount=300_000))
    fold_totals()

    _, above = year_of(city)
    _, itself = year_of(a_branch)

    assert above.present[0].comparison == itself.comparison == itself.own.comparison
    assert above.present[0].comparison is not None
    assert above.present[0].comparison.since == BEFORE.replace(year=today().year, day=1)


def test_the_line_leads_down_to_what_lies_below_and_nowhere_else(
    city: BranchAtHand, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    hamlet = open_below(a_branch, BranchKind.RESIDENTIAL)

    assert slugs_below(city, hamlet) == [city.slug, a_branch.slug, hamlet.slug]
    for above, below in ((another_branch, hamlet), (hamlet, a_branch), (city, city)):
        with pytest.raises(NotFound):
            slugs_below(above, below)


def slugs_below(above: BranchAtHand, below: BranchAtHand) -> list[str]:
    """The line from one branch down to another."""
    session: Session
    with reading(above.scope) as session:
        return [step.slug for step in line_below(session, above.id, below.slug)]
