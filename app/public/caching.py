"""Public pages may be kept for a minute by anybody between us and the reader."""

from flask import Response, make_response, request


def kept_a_minute(page: str) -> Response:
    """The page with leave to keep it, for each language apart; none while a language is chosen."""
    response = make_response(page)
    response.vary.add("Cookie")
    if "lang" not in request.args:
        response.headers["Cache-Control"] = "public, max-age=60"
    return response
