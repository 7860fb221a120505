"""A letter as bytes that any server takes: 7-bit MIME, names in RFC 2047, no header injected."""

import re
import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from app.kernel.clock import now
from app.mail.letters import Letter

# 7bit: what is not ASCII is encoded, so that no server on the way need know 8BITMIME or SMTPUTF8.
POLICY: Final = SMTP.clone(cte_type="7bit")
LONGEST_NAME: Final = 120
LONGEST_SUBJECT: Final = 200
LONGEST_FILE_NAME: Final = 100
# A name that needs quotes loses them where Python folds a long header, and one that looks encoded
# is written as it is: either way its parts are read as addresses. A greeting needs none of these.
NOT_IN_NAMES: Final = re.compile(r"[\"(),.:;<=>?@\[\\\]]")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes over the line, from whom, to whom."""

    message_id: str
    sender: str
    recipient: str
    content: bytes


def enclose(letter: Letter, *, message_id: str, mail_from: str) -> Envelope:
    """Put a letter into its envelope. `message_id` is whole, with its angle brackets.

    The date is now. Raises ValueError when an address is none.
    """
    message = EmailMessage(policy=POLICY)
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(now())
    message["From"] = _address(letter.sender, mail_from)
    message["To"] = _address(letter.name, letter.to)
    message["Subject"] = one_line(letter.subject, LONGEST_SUBJECT)
    # Holiday notices and the like do not answer what a machine sent (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        main, _, sub = attachment.media_type.partition("/")
        name = one_line(attachment.name, LONGEST_FILE_NAME)
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
    return Envelope(message_id, mail_from, letter.to, message.as_bytes())


def one_line(text: str, longest: int) -> str:
    """A text fit for a header: one line without control or direction characters, cut if long."""
    seen = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return re.sub(r" +", " ", seen).strip()[:longest].rstrip()


def _address(name: str, address: str) -> Address:
    plain = one_line(NOT_IN_NAMES.sub(" ", name), LONGEST_NAME)
    return Address(display_name=plain, addr_spec=address)
