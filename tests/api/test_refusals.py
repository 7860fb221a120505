"""The shape of every refusal: problem+json, a stable code, what to do."""

import pytest

from tests.builders.branches import BranchAtHand
from tests.builders.software import PROBLEM, Software, gift_body

MEMBERS = ["code", "detail", "errors", "status", "title", "type"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing-here", 404, "not_found"),
        ("GET", "/donations/", 404, "not_found"),
        ("GET", "/donations/1", 404, "not_found"),
        ("POST", "/nothing-here", 404, "not_found"),
        ("PUT", "/donations", 405, "invalid"),
        ("DELETE", "/me", 405, "invalid"),
        ("PROPFIND", "/me", 405, "invalid"),
        ("POST", "/donations", 400, "invalid"),
    ],
)
def test_a_refusal_is_a_problem(
    treasurer: Software, method: str, path: str, status: int, code: str
) -> None:
    answer = treasurer.ask(method, path)

    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert sorted(answer.json) == MEMBERS
    assert (answer.json["status"], answer.json["code"]) == (status, code)
    assert answer.headers["X-Request-Id"] not in answer.text


def test_a_wrong_method_is_told_the_right_ones(treasurer: Software) -> None:
    allowed = treasurer.ask("PATCH", "/donations").headers["Allow"]

    assert sorted(allowed.split(", ")) == ["GET", "HEAD", "OPTIONS", "POST"]


def test_a_body_that_is_too_large_is_a_problem(treasurer: Software, a_branch: BranchAtHand) -> None:
    answer = treasurer.post("/donations", gift_body(a_branch, note="a" * 1_000_000))

    assert (answer.status_code, answer.mimetype) == (413, PROBLEM)


def test_a_request_of_a_browser_changes_nothing_by_its_cookie(treasurer: Software) -> None:
    answer = treasurer.get("/me")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
