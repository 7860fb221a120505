"""Letters that a receipt can show: what the shipped faces (templates/pdf/fonts) have shapes for."""

import re
from typing import Final

from app.kernel.text import UnreadableText

# Latin, Greek, Cyrillic, marks, punctuation, currencies. Control and direction characters, which
# could make a name read otherwise than it is stored, are left out. tests/receipts draws the rest.
UNPRINTABLE: Final = re.compile(
    "[^ -~\u00a1-\u00ac\u00ae-\u036f\u038e-\u03a1\u03a3-\u03ce\u03d0-\u0513\u1e00-\u1e9b"
    "\u1ea0-\u1ef9\u2010\u2012-\u2022\u2026\u2030\u2032-\u2034\u20a0-\u20b5\u2116]"
)
_UNPRINTABLE_IN_LINES: Final = re.compile(f"(?!\n){UNPRINTABLE.pattern}")


def printable(text: str) -> str:
    """Hand back a clean text that a receipt can show.

    Raises UnreadableText, naming the first letter that it cannot: clean texts hold none that hides.
    """
    foreign = _UNPRINTABLE_IN_LINES.search(text)
    if foreign is None:
        return text
    raise UnreadableText(
        f"Biên nhận chưa in được chữ “{foreign[0]}”. Hãy ghi bằng chữ Latinh.",
        f"A receipt cannot show “{foreign[0]}” yet. Write it in Latin letters.",
    )
