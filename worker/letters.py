"""The one table of letters: purpose → who writes it, in the layer that knows the object."""

from typing import Final

from app.giving.email_letters import asked_letter, wished_letter
from app.giving.letters import card_letter, giver_letter, receipt_letter
from app.mail.letters import LetterMaker

LETTERS: Final[dict[str, LetterMaker]] = {
    "receipt": receipt_letter,
    "donor_link": giver_letter,
    "card_link": card_letter,
    "email_wished": wished_letter,
    "email_asked": asked_letter,
}
