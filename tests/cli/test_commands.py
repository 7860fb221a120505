"""The command line: what the contract names answers, and exits as the contract says."""

import json

import pytest
from flask import Flask
from sqlalchemy import text

from app.cli.demo.scale import Scale
from app.cli.demo.seed import plant
from app.db.scope import RelayScope
from app.db.unit_of_work import unit_of_work
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give

SMALL = Scale(communes=2, districts=1, gifts_of_commune=12, gifts_of_district=6, gifts_of_city=6)


@pytest.fixture(scope="module")
def told(application: Flask) -> list[str]:
    """What a small demonstration says while it is planted, twice."""
    said: list[str] = []
    with application.app_context():
        plant(SMALL, tell=said.append)
        plant(SMALL, tell=said.append)
    return said


def test_the_demonstration_is_planted_once(told: list[str]) -> None:
    assert told[-1] == "The demonstration is there: 0 branches were filled."


def test_the_demonstration_names_the_people_of_the_contract(
    application: Flask, told: list[str]
) -> None:
    answer = application.test_cli_runner().invoke(args=["demo", "tokens", "--json"])

    assert sorted(json.loads(answer.output)) == [
        "chair@phuong-ba-dinh",
        "chair@phuong-ngoc-ha",
        "inspector@phuong-ba-dinh",
        "officer@ha-noi",
        "treasurer@phuong-ba-dinh",
        "treasurer@phuong-ngoc-ha",
    ]


def test_the_tree_is_the_real_one(application: Flask) -> None:
    answer = application.test_cli_runner().invoke(args=["branches", "list", "--all", "--json"])

    rows = [row for row in json.loads(answer.output) if not row["slug"].startswith("thu-")]
    communes = [row for row in rows if row["kind"] == "commune_association"]
    today = [row["slug"] for row in communes if row["closed_on"] is None]
    assert (len(today), len(communes) - len(today)) == (126, 526)
    assert len([slug for slug in today if slug.startswith("phuong-")]) == 51
    assert len([row for row in rows if row["kind"] == "district_association"]) == 30


@pytest.mark.parametrize(
    "command", [["ledger", "check"], ["rollups", "check"], ["outbox", "status"]]
)
def test_checks_hold(command: list[str], application: Flask, a_branch: BranchAtHand) -> None:
    give(a_branch)

    assert application.test_cli_runner().invoke(args=command).exit_code == 0


def test_a_tampered_total_is_found_and_rebuilt(application: Flask, a_branch: BranchAtHand) -> None:
    give(a_branch)
    run = application.test_cli_runner().invoke
    run(args=["rollups", "rebuild"])
    with unit_of_work(RelayScope()) as session:
        session.execute(
            text("UPDATE branch_day_totals SET amount = amount + 1 WHERE branch_id = :id"),
            {"id": a_branch.id},
        )

    found = run(args=["rollups", "check"]).exit_code
    mended = run(args=["rollups", "rebuild"]).exit_code

    assert (found, mended, run(args=["rollups", "check"]).exit_code) == (1, 0, 0)
