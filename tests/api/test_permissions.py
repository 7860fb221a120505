"""Every role against every operation, from the one table of grants."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import ApiToken
from app.accounts.permissions import GRANTS, Permission, Role
from app.accounts.service import end_role, revoke_token
from app.db.unit_of_work import unit_of_work
from tests.builders.branches import BranchAtHand
from tests.builders.software import PROBLEM, Software

ABSENT = "01900000-0000-7000-8000-0000000000ff"
# What each operation answers to a role that may: nothing here is recorded.
OPERATIONS = [
    ("GET", "/me", Permission.BRANCH_VIEW, 200),
    ("GET", "/funds", Permission.FUNDS_VIEW, 200),
    ("GET", "/drives", Permission.FUNDS_VIEW, 200),
    ("GET", "/donations", Permission.DONATIONS_VIEW, 200),
    ("GET", f"/donations/{ABSENT}", Permission.DONATIONS_VIEW, 404),
    ("POST", "/donations", Permission.DONATIONS_RECORD, 400),
    ("POST", f"/donations/{ABSENT}/reversals", Permission.DONATIONS_REVERSE, 400),
    ("GET", f"/receipts/{ABSENT}", Permission.RECEIPTS_VIEW, 404),
    ("GET", f"/receipts/{ABSENT}/pdf", Permission.RECEIPTS_VIEW, 404),
    ("GET", "/entries", Permission.ENTRIES_VIEW, 200),
    ("GET", "/bank-accounts", Permission.BANK_VIEW, 200),
    ("GET", "/bank-lines", Permission.BANK_VIEW, 200),
    ("GET", "/totals", Permission.TOTALS_VIEW, 200),
    ("GET", "/totals?scope=nonsense", Permission.TOTALS_VIEW, 422),
]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_it_was_granted(
    application: Flask, a_branch: BranchAtHand, role: Role
) -> None:
    software = Software(application, a_branch, role)

    answers = {
        f"{method} {path}": software.ask(method, path).status_code
        for method, path, *_ in OPERATIONS
    }

    assert answers == {
        f"{method} {path}": allowed if permission in GRANTS[role] else 403
        for method, path, permission, allowed in OPERATIONS
    }


def test_every_operation_is_in_the_table(application: Flask) -> None:
    known = {
        (method, path.partition("?")[0].replace(ABSENT, "*")) for method, path, *_ in OPERATIONS
    }

    documented = {
        (method.upper(), re.sub(r"\{\w+\}", "*", path.removeprefix("/api/v1")))
        for path, operations in application.extensions["openapi"]["paths"].items()
        for method in operations.keys() & {"get", "post"}
    }

    assert documented - {("GET", "/openapi.json")} == known


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic dHJlYXN1cmVyOng=", "Bearer \xff"],
)
def test_without_a_token_that_counts_nothing_is_told(
    application: Flask, a_branch: BranchAtHand, header: str | None
) -> None:
    nobody = Software(application, a_branch, None)
    headers = {} if header is None else {"Authorization": header}

    for method, path, *_ in OPERATIONS:
        answer = nobody.ask(method, path, headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, PROBLEM), path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_opens_nothing(treasurer: Software, a_branch: BranchAtHand) -> None:
    before = treasurer.get("/me").status_code
    with unit_of_work(a_branch.scope) as session:
        revoke_token(session, session.scalars(select(ApiToken.id)).one())

    assert (before, treasurer.get("/me").status_code) == (200, 401)


def test_a_token_ends_with_its_persons_role(treasurer: Software, a_branch: BranchAtHand) -> None:
    with unit_of_work(a_branch.scope) as session:
        holder = session.scalars(select(ApiToken.user_id)).one()
        end_role(session, user_id=holder, role=Role.TREASURER)

    assert treasurer.get("/me").status_code == 401


def test_a_token_is_not_taken_from_anywhere_else(
    application: Flask, treasurer: Software, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    token = treasurer.headers["Authorization"].removeprefix("Bearer ")
    nobody = Software(application, another_branch, None)

    asked = [
        nobody.get(f"/me?access_token={token}"),
        nobody.get("/me", Cookie=f"kh={token}"),
        treasurer.get("/me", **{"X-Branch": str(another_branch.id)}),
    ]

    assert [answer.status_code for answer in asked] == [401, 401, 200]
    assert asked[2].json["branch"]["id"] == str(a_branch.id)
