"""Software with a token: asks the API as a tool of the branch would."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.datastructures import Headers

from app.accounts.permissions import Role
from app.kernel.clock import today
from tests.builders.branches import BranchAtHand, a_token
from tests.builders.pages import alone

API = "/api/v1"
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered; `json` is None when it is no JSON."""

    status_code: int
    mimetype: str
    headers: Headers
    data: bytes
    json: Any

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode()


class Software:
    """One tool with one token; without a role it has none."""

    def __init__(self, application: Flask, branch: BranchAtHand, role: Role | None) -> None:
        self.client = application.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {a_token(branch, role)}"} if role else {}

    def ask(self, method: str, path: str, **sent: Any) -> Answer:
        """Any request below /api/v1; `headers` are added to the token's."""
        headers = self.headers | sent.pop("headers", {})
        told = alone(self.client.open, API + path, method=method, headers=headers, **sent)
        body = told.get_json(silent=True)
        return Answer(told.status_code, told.mimetype, told.headers, told.data, body)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for what is at the path."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, body: object, *, key: str | None = None) -> Answer:
        """Create something, under a fresh key unless one is given."""
        return self.send(path, json.dumps(body).encode(), key=key)

    def send(self, path: str, body: bytes, *, key: str | None = None) -> Answer:
        """Send bytes as JSON."""
        headers = {"Idempotency-Key": key or str(uuid4()), "Content-Type": "application/json"}
        return self.ask("POST", path, data=body, headers=headers)


def gift_body(branch: BranchAtHand, **changes: object) -> dict[str, Any]:
    """A family's 500.000 đ in cash, as it is sent."""
    return {
        "fund_id": str(branch.fund_id),
        "donor": {"name": "Gia đình ông bà Thắng - Hoa", "kind": "household"},
        "amount": 500_000,
        "method": "cash",
        "received_on": today().isoformat(),
        "source": "household",
    } | changes


def fields_of(answer: Answer) -> list[str]:
    """The fields that a refusal names."""
    return [error["field"] for error in answer.json["errors"]]
