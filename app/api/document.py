"""The OpenAPI document: flask-smorest gathers it from the views, which `described` describes.

Views answer with ready responses; nothing of the document costs a request anything.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Flask
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from marshmallow import Schema, fields

from app.api.answers import Closed

View = TypeVar("View", bound=Callable[..., Any])

PROBLEM: Final = "application/problem+json"
JSON: Final = "application/json"
PDF: Final = "application/pdf"
CODES: Final = (
    "invalid",
    "not_signed_in",
    "not_allowed",
    "not_found",
    "conflict",
    "insufficient_funds",
    "period_closed",
    "busy",
    "rate_limited",
    "fault",
)
REFUSALS: Final = {
    400: "The request cannot be read, or lacks its Idempotency-Key",
    401: "No token, or one that opens nothing",
    403: "The token's role may not do that",
    404: "Absent, or of another branch: the two are told alike",
    409: "The key was used with another body, or the state does not allow this",
    411: "The body is sent without its Content-Length",
    413: "The body is larger than 1 MB",
    422: "Fields are wrong, missing or unknown; each is named with what to do",
    503: "Busy; send the same request again, it is done only once",
}
RETRY_AFTER: Final = {
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}
}
REPLAYED: Final = {
    "Idempotent-Replayed": {
        "description": "true: nothing was done again",
        "schema": {"type": "string", "const": "true"},
        "required": True,
    }
}
CHALLENGE: Final = {
    "WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}, "required": True}
}
KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "The id of what is created, made by the client; the same one at every retry",
    "schema": {"type": "string", "format": "uuid"},
}
ABOUT: Final = (
    "A token is one branch and one role; the branch is never in the path. Money is whole đồng."
    " Dates are ISO days. Messages are Vietnamese, or English with Accept-Language: en."
)


class ProblemField(Closed):
    """One wrong field and what to do about it."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class Problem(Closed):
    """RFC 9457 with a stable code."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"enum": list(CODES)})
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemField), required=True)


class Resource(Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """The views of one resource, in the document under its name."""

    def __init__(self, name: str, *, path: str = "") -> None:
        super().__init__(f"api-{name}", __name__, url_prefix=f"/api/v1{path}")

    def get(self, rule: str) -> Callable[[View], View]:
        """Answer GET at this path."""
        route: Callable[[View], View] = super().get(rule)
        return route

    def post(self, rule: str) -> Callable[[View], View]:
        """Answer POST at this path."""
        route: Callable[[View], View] = super().post(rule)
        return route


class Documented(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """The API of this application: refusals are answered by app.web.errors, as everywhere."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leave the application's own handlers in place."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One success of an operation: what it means, its schema (None: no JSON) and headers."""

    meaning: str
    schema: type[Schema] | None = None
    content_type: str = JSON
    headers: dict[str, Any] | None = None

    def documented(self) -> dict[str, Any]:
        """As OpenAPI writes it."""
        written: dict[str, Any] = {"description": self.meaning}
        if self.schema is not None:
            written["content"] = {self.content_type: {"schema": self.schema}}
        elif self.content_type != JSON:
            written["content"] = {
                self.content_type: {"schema": {"type": "string", "format": "binary"}}
            }
        return written | ({"headers": self.headers} if self.headers else {})


def described(
    answers: dict[int, Answer],
    *,
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    also_refused: Iterable[int] = (),
) -> Callable[[View], View]:
    """Describe a view for token holders in the document. A body is a creation and takes a key."""
    refused = {401, 403, 503, *also_refused}
    operation: dict[str, Any] = {"parameters": []}
    if body is not None:
        refused |= {400, 409, 411, 413, 422}
        operation["parameters"].append(KEY)
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    if query is not None:
        refused.add(422)
        operation["parameters"].append({"in": "query", "schema": query})
    operation["responses"] = {
        **{str(status): answer.documented() for status, answer in answers.items()},
        **{str(status): refusal(status) for status in sorted(refused)},
    }
    return documenting(operation)


def documenting(operation: dict[str, Any]) -> Callable[[View], View]:
    """Put this operation object of OpenAPI beside a view."""
    decorator: Callable[[View], View] = Blueprint.doc(**operation)
    return decorator


def refusal(status: int) -> dict[str, Any]:
    """How the document writes a refusal with this status."""
    written = {"description": REFUSALS[status], "content": {PROBLEM: {"schema": Problem}}}
    headers = {401: CHALLENGE, 503: RETRY_AFTER}.get(status)
    return written | ({"headers": headers} if headers else {})


def documented(app: Flask) -> Documented:
    """The document of the application, still without any operation."""
    app.config.update(
        API_TITLE="Quỹ Khuyến học",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": ABOUT}, "security": [{"bearer": []}]},
    )
    api = Documented(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    return api
