"""The address of the OpenAPI document."""

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from app.api.document import JSON, Resource, documenting
from app.web.access import open_to_all

bp = Resource("openapi")


@bp.get("/openapi.json")
@open_to_all
@documenting(
    {
        "security": [],
        "responses": {
            "200": {
                "description": "This document",
                "content": {JSON: {"schema": {"type": "object"}}},
            }
        },
    }
)
def openapi() -> ResponseReturnValue:
    """This document."""
    return jsonify(current_app.extensions["openapi"])
