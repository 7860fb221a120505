"""Addresses of our own files, with a fingerprint so that browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"


def install(app: Flask) -> None:
    """Give templates `asset(path)`, and fingerprinted files a year."""
    app.jinja_env.globals["asset"] = asset
    app.after_request(keep_fingerprinted)


def asset(path: str) -> str:
    """The address of a file under app/static; changes when the file does."""
    return url_for("static", filename=path, v=fingerprint(path))


@cache
def fingerprint(path: str) -> str:
    """Ten characters of the file's SHA-256."""
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]


def keep_fingerprinted(response: Response) -> Response:
    """Let a file asked for with its fingerprint be cached for a year."""
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:  # noqa: PLR2004
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
