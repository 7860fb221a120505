"""GET /me, /funds and /drives."""

from datetime import date, timedelta
from uuid import uuid4

from flask import Flask

from app.accounts.permissions import Role
from app.db.unit_of_work import unit_of_work
from app.funds.service import OpenDrive, Restriction, open_drive, open_fund
from app.kernel.clock import today
from tests.builders.branches import OPENED_ON, BranchAtHand
from tests.builders.donations import give
from tests.builders.software import Software


def test_a_token_is_one_branch_and_one_role(application: Flask, a_branch: BranchAtHand) -> None:
    told = Software(application, a_branch, Role.CHAIR).get("/me").json

    assert told == {
        "branch": {
            "id": str(a_branch.id),
            "slug": a_branch.slug,
            "name": f"Hội Khuyến học {a_branch.slug}",
            "kind": "commune_association",
        },
        "role": "chair",
    }


def test_a_fund_says_what_it_holds(
    treasurer: Software, stranger: Software, a_branch: BranchAtHand
) -> None:
    give(a_branch)

    assert treasurer.get("/funds").json == {
        "items": [
            {
                "id": str(a_branch.fund_id),
                "code": "CHUNG",
                "name": "Quỹ chung",
                "restriction": "unrestricted",
                "balance": 500_000,
                "reserved": 0,
                "available": 500_000,
            }
        ],
        "next": None,
    }
    assert [fund["balance"] for fund in stranger.get("/funds").json["items"]] == [0]


def test_funds_come_in_pages(treasurer: Software, a_branch: BranchAtHand) -> None:
    with unit_of_work(a_branch.scope) as session:
        for code in ("A", "B"):
            open_fund(
                session,
                code=code,
                name=f"Quỹ {code}",
                restriction=Restriction.ENDOWMENT,
                opened_on=OPENED_ON,
            )

    first = treasurer.get("/funds?limit=2").json
    second = treasurer.get(f"/funds?limit=2&cursor={first['next']}").json

    codes = [[fund["code"] for fund in page["items"]] for page in (first, second)]
    assert (codes, second["next"]) == ([["A", "B"], ["CHUNG"]], None)


def test_a_cursor_of_another_list_is_refused(treasurer: Software, a_branch: BranchAtHand) -> None:
    give(a_branch)
    give(a_branch)
    of_gifts = treasurer.get("/donations?limit=1").json["next"]

    assert treasurer.get(f"/funds?cursor={of_gifts}").status_code == 422
    assert treasurer.get(f"/drives?cursor={uuid4()}").status_code == 422


def test_only_open_drives_of_the_branch_are_shown(
    treasurer: Software, stranger: Software, a_branch: BranchAtHand
) -> None:
    ended = today() - timedelta(days=1)
    with unit_of_work(a_branch.scope) as session:
        drive = open_drive(
            session, OpenDrive(a_branch.fund_id, "Tết 2026", date(2026, 1, 1), target_amount=9)
        )
        open_drive(session, OpenDrive(a_branch.fund_id, "Cũ", date(2025, 1, 1), ended))

    assert treasurer.get("/drives").json["items"] == [
        {
            "id": str(drive),
            "fund_id": str(a_branch.fund_id),
            "name": "Tết 2026",
            "starts_on": "2026-01-01",
            "ends_on": None,
            "target_amount": 9,
        }
    ]
    assert stranger.get("/drives").json == {"items": [], "next": None}
