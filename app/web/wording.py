"""gettext with a type: a sentence in the reader's language, its figures filled in."""

from flask_babel import gettext as translated


def gettext(message: str, **figures: str) -> str:
    """The message in the language of the request; a literal % is written %% when figures follow."""
    return str(translated(message, **figures))
