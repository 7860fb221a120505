"""Addresses of our own files, with a fingerprint so that browsers may keep them for ever."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"
WRITTEN: Final = {"text/css", "text/javascript"}
"""What shrinks to a third when it is packed; fonts and pictures are packed already."""


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
    """Let a file asked for with its fingerprint be cached for a year; text comes packed."""
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:  # noqa: PLR2004
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return packed(response)
    return response


def packed(response: Response) -> Response:
    """A style or script compressed, for a browser that unpacks gzip; anything else as it is."""
    if response.mimetype not in WRITTEN:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.close()  # the file that would have been sent as it is
        response.direct_passthrough = False
        response.set_data(packed_file((request.view_args or {})["filename"]))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("ETag", None)
    return response


@cache
def packed_file(path: str) -> bytes:
    """A file under app/static, compressed once for the life of the process."""
    return gzip.compress((STATIC / path).read_bytes(), mtime=0)
