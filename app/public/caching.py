"""Public pages may be kept for a minute by anybody between us and the reader, and come packed."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Final

from flask import Response, make_response, request

# Nothing secret is in these pages, so their packed size tells nothing (no BREACH).
EFFORT: Final = 6
# A minute as it is, and one more while the new page is fetched behind it: a name that was taken
# down is gone within two minutes wherever we can reach.
KEPT: Final = "public, max-age=60, stale-while-revalidate=60"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was drawn from one version of its board, packed; its tag names these bytes."""

    version: str
    packed: bytes
    tag: str

    @classmethod
    def of(cls, page: str, version: str) -> "Drawn":
        """A page that was drawn now."""
        content = page.encode()
        return cls(
            version, gzip.compress(content, EFFORT, mtime=0), sha256(content).hexdigest()[:20]
        )


class DrawnPages:
    """The last pages of this process, by what was asked for; safe for several threads."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._pages: OrderedDict[tuple[object, ...], Drawn] = OrderedDict()
        self._turn = Lock()

    def find(self, asked: tuple[object, ...], version: str) -> Drawn | None:
        """The page, if it was drawn from this version."""
        with self._turn:
            drawn = self._pages.get(asked)
            if drawn is None or drawn.version != version:
                return None
            self._pages.move_to_end(asked)
            return drawn

    def keep(self, asked: tuple[object, ...], drawn: Drawn) -> None:
        """Keep the page in the place of an older one; the least asked for goes."""
        with self._turn:
            self._pages[asked] = drawn
            self._pages.move_to_end(asked)
            if len(self._pages) > self._at_most:
                self._pages.popitem(last=False)


def answered(drawn: Drawn) -> Response:
    """A drawn page, or 304 for a reader who has it already."""
    response = make_response()
    if is_keepable(response):
        response.set_etag(drawn.tag, weak=True)
        response.make_conditional(request)
    if response.status_code == 304:  # noqa: PLR2004
        return response
    if request.accept_encodings["gzip"]:
        response.set_data(drawn.packed)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.set_data(gzip.decompress(drawn.packed))
    return response


def kept_a_minute(page: str) -> Response:
    """A page that was drawn for this reader's question, with leave to keep it."""
    return answered(Drawn.of(page, ""))


def is_keepable(response: Response) -> bool:
    """Say who may keep it, for each language apart; nobody while a language is being chosen."""
    response.vary.update(("Cookie", "Accept-Encoding"))
    if "lang" in request.args:
        return False
    response.headers["Cache-Control"] = KEPT
    return True
