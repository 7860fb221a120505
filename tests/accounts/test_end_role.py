"""What ends with a role, and stays ended when the role is given again."""

from flask import Flask

from app.accounts.permissions import Role
from app.accounts.service import create_token, end_role, grant_role
from app.db.unit_of_work import unit_of_work
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.pages import alone


def asks(application: Flask, token: str) -> int:
    """Status of the API's question who holds the token."""
    headers = {"Authorization": f"Bearer {token}"}
    client = application.test_client(use_cookies=False)
    return alone(client.get, "/api/v1/me", headers=headers).status_code


def test_a_role_given_again_revives_no_token(application: Flask, a_branch: BranchAtHand) -> None:
    person, _ = a_member(a_branch, Role.TREASURER)
    with unit_of_work(a_branch.scope) as session:
        old = create_token(session, user_id=person, role=Role.TREASURER, label="test").token
    assert asks(application, old) == 200

    with unit_of_work(a_branch.scope) as session:
        end_role(session, user_id=person, role=Role.TREASURER)
    with unit_of_work(a_branch.scope) as session:
        grant_role(session, user_id=person, role=Role.TREASURER)
        new = create_token(session, user_id=person, role=Role.TREASURER, label="test").token

    assert [asks(application, token) for token in (old, new)] == [401, 200]


def test_a_token_that_outlived_its_role_is_not_revived(
    application: Flask, a_branch: BranchAtHand
) -> None:
    person, _ = a_member(a_branch, Role.CHAIR)
    with unit_of_work(a_branch.scope) as session:
        # As one of a role that ended before tokens ended with their roles.
        old = create_token(session, user_id=person, role=Role.TREASURER, label="test").token
        of_chair = create_token(session, user_id=person, role=Role.CHAIR, label="test").token
    with unit_of_work(a_branch.scope) as session:
        grant_role(session, user_id=person, role=Role.TREASURER)

    assert [asks(application, token) for token in (old, of_chair)] == [401, 200]


def test_tokens_of_other_people_roles_and_branches_stay(
    application: Flask, a_branch: BranchAtHand, another_branch: BranchAtHand
) -> None:
    person, _ = a_member(a_branch, Role.TREASURER)
    other, _ = a_member(a_branch, Role.TREASURER)
    kept = []
    for branch, holder, role in (
        (a_branch, person, Role.CHAIR),
        (a_branch, other, Role.TREASURER),
        (another_branch, person, Role.TREASURER),
    ):
        with unit_of_work(branch.scope) as session:
            grant_role(session, user_id=holder, role=role)
            token = create_token(session, user_id=holder, role=role, label="test").token
            kept.append(token)

    with unit_of_work(a_branch.scope) as session:
        end_role(session, user_id=person, role=Role.TREASURER)

    assert [asks(application, token) for token in kept] == [200, 200, 200]
