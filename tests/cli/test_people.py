"""flask users, roles and tokens: who may come in."""

import json
from uuid import uuid4

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.audit import trail
from app.cli.operator import OPERATOR
from app.db.unit_of_work import reading
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.pages import Browser
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("installation_context")

PASSWORD = "mat-khau-dai-lam"
NEW_PASSWORD = "mat-khau-moi-va-dai"


def asks(installation: Flask, token: str) -> int:
    """Status of the API's question who holds the token."""
    headers = {"Authorization": f"Bearer {token}"}
    return installation.test_client().get("/api/v1/me", headers=headers).status_code


def role(branch: BranchAtHand, email: str) -> tuple[str, ...]:
    """The options that name a treasurer of the branch."""
    return ("--branch", branch.slug, "--role", "treasurer", "--email", email)


def test_a_person_signs_in_once_a_role_is_granted(
    flask: Run, installation: Flask, a_branch: BranchAtHand
) -> None:
    email = f"{uuid4().hex}@example.vn"
    typed = f"{PASSWORD}\n{PASSWORD}\n"

    assert flask("users", "add", "--email", email, "--name", "Bà Lan", typed=typed).exit_code == 0
    assert flask("roles", "grant", *role(a_branch, email)).exit_code == 0
    assert flask("roles", "grant", *role(a_branch, email)).exit_code == 0
    answer = Browser(installation).open("/dang-nhap").send(email=email, password=PASSWORD)
    assert answer.status == 303
    assert flask("roles", "end", *role(a_branch, email)).exit_code == 0
    assert flask("roles", "end", *role(a_branch, email)).exit_code == 1


def test_a_short_password_and_a_known_address_are_refused(
    flask: Run, a_branch: BranchAtHand
) -> None:
    _, email = a_member(a_branch, Role.CHAIR)
    nobody = f"{uuid4().hex}@example.vn"

    for address, password in ((nobody, "ngan"), (email, PASSWORD)):
        typed = f"{password}\n{password}\n"
        answer = flask("users", "add", "--email", address, "--name", "Bà Lan", typed=typed)
        assert answer.exit_code == 1, answer.output
    assert flask("roles", "grant", *role(a_branch, nobody)).exit_code == 1


def test_a_password_is_taken_from_what_is_piped_in_and_from_no_word(
    flask: Run, installation: Flask, a_branch: BranchAtHand
) -> None:
    _, email = a_member(a_branch, Role.TREASURER)
    earlier = Browser(installation).signed_in((uuid4(), email))
    words = ("users", "password", "--email", email)

    assert flask(*words, "--password", NEW_PASSWORD).exit_code == 2
    assert flask(*words, typed="ngan\n").exit_code == 1
    assert flask(*words, typed=f"{NEW_PASSWORD}\n").exit_code == 0

    form = Browser(installation).open("/dang-nhap")
    assert form.send(email=email, password=PASSWORD).status == 422
    assert form.send(email=email, password=NEW_PASSWORD).status == 303
    assert earlier.open(f"/b/{a_branch.slug}/").location.startswith("/dang-nhap")


def test_who_is_deactivated_is_out_at_the_next_request(
    flask: Run, installation: Flask, a_branch: BranchAtHand
) -> None:
    person, email = a_member(a_branch, Role.TREASURER)
    browser = Browser(installation).signed_in((person, email))
    words = ("tokens", "create", *role(a_branch, email), "--json")
    token = json.loads(flask(*words).output)["token"]
    assert asks(installation, token) == 200

    assert flask("users", "deactivate", "--email", email).exit_code == 0

    assert browser.open(f"/b/{a_branch.slug}/").location.startswith("/dang-nhap")
    assert asks(installation, token) == 401
    form = Browser(installation).open("/dang-nhap")
    assert form.send(email=email, password=PASSWORD).status == 422
    assert flask("users", "deactivate", "--email", email).exit_code == 1
    again = flask("users", "add", "--email", email, "--name", "Bà Lan", typed=f"{PASSWORD}\n")
    assert "Đã có người" in again.output


def test_who_is_activated_comes_in_again_by_password_alone(
    flask: Run, installation: Flask, a_branch: BranchAtHand
) -> None:
    person, email = a_member(a_branch, Role.TREASURER)
    browser = Browser(installation).signed_in((person, email))
    words = ("tokens", "create", *role(a_branch, email), "--json")
    token = json.loads(flask(*words).output)["token"]
    activate = ("users", "activate", "--email", email)
    assert flask(*activate).exit_code == 1
    assert flask("users", "deactivate", "--email", email).exit_code == 0

    assert [flask(*activate).exit_code for _ in range(2)] == [0, 1]

    assert browser.open(f"/b/{a_branch.slug}/").location.startswith("/dang-nhap")
    assert asks(installation, token) == 401
    form = Browser(installation).open("/dang-nhap")
    assert form.send(email=email, password=PASSWORD).status == 303
    with reading(a_branch.scope) as session:
        told = [(line.action, line.actor_id) for line in trail(session, person)]
    assert told == [("users.deactivated", OPERATOR), ("users.activated", OPERATOR)]


def test_everybody_is_listed_and_no_hash(flask: Run, a_branch: BranchAtHand) -> None:
    _, email = a_member(a_branch, Role.TREASURER)
    _, gone = a_member(a_branch, Role.CHAIR)
    flask("tokens", "create", "--branch", a_branch.slug, "--role", "treasurer")
    flask("users", "deactivate", "--email", gone)

    listed = flask("users", "list", "--json").output

    by_email = {row["email"]: (row["is_active"], row["signs_in"]) for row in json.loads(listed)}
    assert by_email[email] == (True, True)
    assert by_email[gone] == (False, False)
    assert by_email[f"treasurer@{a_branch.slug}.invalid"] == (True, False)
    assert "argon2" not in listed


def test_a_token_of_software_opens_its_branch_until_it_is_revoked(
    flask: Run, installation: Flask, a_branch: BranchAtHand
) -> None:
    words = ("tokens", "create", "--branch", a_branch.slug, "--role", "bookkeeper")
    made = json.loads(flask(*words, "--json").output)

    assert asks(installation, made["token"]) == 200
    assert flask("tokens", "revoke", made["id"]).exit_code == 0
    assert asks(installation, made["token"]) == 401
    assert flask("tokens", "revoke", str(uuid4())).exit_code == 1


def test_a_token_is_printed_alone(flask: Run, installation: Flask, a_branch: BranchAtHand) -> None:
    answer = flask("tokens", "create", "--branch", a_branch.slug, "--role", "treasurer")

    token = answer.stdout.strip()
    assert asks(installation, token) == 200
    listed = flask("tokens", "list", "--branch", a_branch.slug, "--json").output
    assert token not in listed
    assert [row["role"] for row in json.loads(listed)] == ["treasurer"]


def test_a_token_needs_the_role(flask: Run, a_branch: BranchAtHand) -> None:
    _, email = a_member(a_branch, Role.CHAIR)

    assert flask("tokens", "create", *role(a_branch, email)).exit_code == 1
