"""GET /totals: a branch's own, and an upper level's tree; to the đồng."""

from datetime import date, datetime

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.donations.commands import Method, Source
from tests.builders.branches import BranchAtHand
from tests.builders.consequences import fold_totals
from tests.builders.donations import a_gift, give
from tests.builders.software import Software, fields_of


@pytest.fixture
def officer(application: Flask, city: BranchAtHand) -> Software:
    """Software of the city's desk."""
    return Software(application, city, Role.OFFICER)


@pytest.fixture
def given(a_branch: BranchAtHand, another_branch: BranchAtHand) -> None:
    """Four gifts of two branches in two months, folded."""
    january, february = date(2026, 1, 31), date(2026, 2, 1)
    give(a_branch, a_gift(a_branch, amount=100, received_on=january))
    give(a_branch, a_gift(a_branch, amount=20, received_on=february, source=Source.CLAN))
    give(a_branch, a_gift(a_branch, amount=3, received_on=february, method=Method.IN_KIND))
    give(another_branch, a_gift(another_branch, amount=4_000, received_on=february))
    fold_totals()


def sums(software: Software, asked: str) -> list[tuple[object, ...]]:
    return [tuple(item.values()) for item in software.get(f"/totals?{asked}").json["items"]]


@pytest.mark.usefixtures("given")
def test_a_branch_sees_its_own_totals(treasurer: Software) -> None:
    assert sums(treasurer, "") == [(123, 3, 3)]
    assert sums(treasurer, "to=2026-01-31") == [(100, 1, 0)]
    assert sums(treasurer, "from=2026-02-01&to=2026-02-01") == [(23, 2, 3)]
    assert sums(treasurer, "by=month,source") == [
        ("2026-01", "household", 100, 1, 0),
        ("2026-02", "clan", 20, 1, 0),
        ("2026-02", "household", 3, 1, 3),
    ]


@pytest.mark.usefixtures("given")
def test_the_city_sees_the_sum_and_every_branch_below(
    officer: Software, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    by_branch = {
        item["branch"]: item["amount"]
        for item in officer.get("/totals?by=branch&scope=tree").json["items"]
    }

    assert by_branch == {a_branch.slug: 123, another_branch.slug: 4_000}
    assert sums(officer, "scope=tree") == [(4_123, 4, 3)]
    assert sums(officer, "scope=own") == [(0, 0, 0)]


def test_totals_say_up_to_when_they_hold(treasurer: Software) -> None:
    as_of = treasurer.get("/totals").json["as_of"]

    assert datetime.fromisoformat(as_of).tzinfo is not None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("by=donor", "by"),
        ("by=month,,source", "by"),
        ("scope=all", "scope"),
        ("branch=ha-noi", "branch"),
        ("from=2026-13-01", "from"),
        ("from=2026-02-01&to=2026-01-01", "to"),
    ],
)
def test_what_cannot_be_asked_is_named(treasurer: Software, asked: str, field: str) -> None:
    answer = treasurer.get(f"/totals?{asked}")

    assert (answer.status_code, fields_of(answer)) == (422, [field])
