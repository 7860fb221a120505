"""The picture that goes with a shared drive: 1200 × 630, set by Typst, made here for nobody else.

It names the branch, the drive and its sums, and no giver.
"""

import json
import re
import threading
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import typst

from app.boards.content import Appeal, Board
from app.kernel.money import format_vnd

_TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates" / "pdf"
_compiling = threading.Lock()
A_WHOLE: Final = 100
_UNBREAKABLE: Final = re.compile(r"(\S{20})(?=\S)")


@dataclass(frozen=True, slots=True)
class ShareImage:
    """What the picture shows, in Vietnamese as all that is shared among those it is for."""

    branch: str
    drive: str
    raised: str
    target: str
    percent: int
    givers: str

    @classmethod
    def of(cls, board: Board, drive: Appeal) -> "ShareImage":
        """The picture of a drive as the board tells of it."""
        percent = min(A_WHOLE, A_WHOLE * drive.raised // drive.target) if drive.target else 0
        return cls(
            branch=_breakable(board.branch.name),
            drive=_breakable(drive.name),
            raised=format_vnd(drive.raised),
            target=format_vnd(drive.target) if drive.target else "",
            percent=percent,
            givers=f"{drive.giver_count:,}".replace(",", "."),
        )

    @property
    def mark(self) -> str:
        """Names what is shown: the same picture has the same mark."""
        return sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


def _breakable(name: str) -> str:
    """A name whose words, however long, end at the edge of a line."""
    return _UNBREAKABLE.sub("\\1\u200b", name)


@lru_cache(maxsize=64)
def share_png(image: ShareImage) -> bytes:
    """The picture as PNG; the last ones are remembered.

    Safe to call from several threads, never before a fork.
    """
    with _compiling:
        picture = _compiler().compile(
            format="png",
            ppi=72,
            sys_inputs={"image": json.dumps(asdict(image), ensure_ascii=False)},
        )
    if not isinstance(picture, bytes):
        raise TypeError("Typst gave more than one picture")
    return picture


@cache
def _compiler() -> typst.Compiler:
    """Make the one warm compiler of a process at its first picture; it sees only shipped fonts."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[_TEMPLATES / "fonts"],
    )
    return typst.Compiler(_TEMPLATES / "share.typ", root=_TEMPLATES, font_paths=fonts)
