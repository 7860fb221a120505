"""The one table of letters: purpose → who writes it, in the layer that knows the object."""

from typing import Final

from app.mail.letters import LetterMaker

LETTERS: Final[dict[str, LetterMaker]] = {}
