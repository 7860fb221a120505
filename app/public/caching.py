"""Public pages may be kept for a minute by anybody between us and the reader, and come packed."""

import gzip
from typing import Final

from flask import Response, make_response, request

# Nothing secret is in these pages, so their packed size tells nothing (no BREACH).
EFFORT: Final = 6


def kept_a_minute(page: str) -> Response:
    """The page with leave to keep it, for each language apart; none while a language is chosen."""
    response = make_response(page)
    response.vary.add("Cookie")
    if "lang" not in request.args:
        response.headers["Cache-Control"] = "public, max-age=60"
    return packed(response)


def packed(response: Response) -> Response:
    """The answer compressed, for a reader that unpacks gzip: a map shrinks to an eighth."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), EFFORT, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
