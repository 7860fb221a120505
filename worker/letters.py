"""The one table of letters: purpose → who writes it, in the layer that knows the object."""

from typing import Final

from app.giving.letters import giver_letter, receipt_letter
from app.mail.letters import LetterMaker

LETTERS: Final[dict[str, LetterMaker]] = {
    "receipt": receipt_letter,
    "donor_link": giver_letter,
}
