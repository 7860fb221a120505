"""Papers set by Typst as PDF/A-2b, from a template and from texts that it shows and never runs.

Templates and fonts lie in templates/pdf; nothing else of the machine is seen.
"""

import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final

import typst

from app.kernel.clock import HANOI
from app.kernel.letters import UNPRINTABLE

_TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates" / "pdf"
_UNBREAKABLE: Final = re.compile(r"(\S{24})(?=\S)")
_compiling = threading.Lock()


def typeset(template: str, paper: Mapping[str, object], dated: date) -> bytes:
    """Set `paper`, as `template` names its parts, with the same bytes every time.

    Safe to call from several threads, never before a fork.
    """
    with _compiling:
        document = _compiler(template).compile(
            format="pdf",
            sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
            pdf_standards="a-2b",
            timestamp=int(datetime.combine(dated, time(), HANOI).timestamp()),
        )
    if not isinstance(document, bytes):
        raise TypeError("Typst gave more than one file")
    return document


def plain(text: str | None, limit: int) -> str:
    """Bring text onto one line, composed (NFC), drawable, breakable, of `limit` letters at most."""
    line = " ".join(unicodedata.normalize("NFC", text or "").split())
    visible = UNPRINTABLE.sub(_substitute, line)
    cut = visible if len(visible) <= limit else visible[: limit - 1].rstrip() + "…"
    return _UNBREAKABLE.sub("\\1\u200b", cut)


@cache
def _compiler(template: str) -> typst.Compiler:
    """Make the one warm compiler of a process at a template's first paper.

    Typst keeps threads that do not survive a fork: a child whose parent has rendered hangs.
    """
    return typst.Compiler(_TEMPLATES / template, root=_TEMPLATES, font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[_TEMPLATES / "fonts"],
    )


def _substitute(match: re.Match[str]) -> str:
    return "" if unicodedata.category(match[0]) in {"Cc", "Cf", "Cs"} else "□"
