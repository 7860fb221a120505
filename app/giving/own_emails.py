"""A giver's other e-mail: wished on his page, confirmed from that mailbox, undone from the old one.

Whoever holds the link of a page may wish. Two letters stand for the wish and need no table: one
to the wished address, and one about it to the address that the book knows.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.donors.commands import CorrectDonor, DonorKind, NewDonor
from app.donors.queries import DonorView, get_donor
from app.donors.service import correct_donor
from app.giving.links import EXPIRED, Link
from app.giving.own_pages import send_now
from app.kernel.errors import NotFound
from app.mail import service as mail
from app.mail.commands import NewMessage
from app.mail.queries import get_message, messages_of

WISHED, ASKED = "email_wished", "email_asked"
CONFIRMED: Final = "donors.email_confirmed"
KEPT: Final = "donors.email_kept"
# Who gave under a name and an e-mail by which a giver who has withdrawn was known before: the
# letters about his change say so.
STAY_WITHDRAWN: Final = """
    INSERT INTO roll_withdrawals (donor_id)
    SELECT t.id FROM donations n
    JOIN donors t ON (t.branch_id, t.id) = (n.branch_id, n.donor_id)
    WHERE n.branch_id = current_branch() AND n.id = :gift AND EXISTS (
      SELECT FROM messages a
      JOIN messages w ON (w.branch_id, w.id) = (a.branch_id, a.object_id)
      JOIN donors d ON (d.branch_id, d.id) = (w.branch_id, w.object_id)
      JOIN roll_withdrawals r ON (r.branch_id, r.donor_id) = (d.branch_id, d.id)
      WHERE (a.branch_id, a.recipient) = (t.branch_id, t.email) AND a.purpose = :asked
        AND d.id <> t.id AND (d.kind, lower(d.name)) = (t.kind, lower(t.name)))
    ON CONFLICT DO NOTHING RETURNING donor_id
"""


@dataclass(frozen=True, slots=True)
class EmailWish:
    """Whose e-mail is to change, from which (None: none was known) to which, and since when."""

    donor_id: UUID
    old: str | None
    new: str
    made_at: datetime


def wish_email(session: Session, donor_id: UUID, email: str, *, locale: str) -> None:
    """Ask the wished mailbox to confirm, and tell the known one; the giver stays as he is.

    `email` as clean_email gives it. Nobody is told whether it is known of anybody else. The same
    wish again within some minutes sends no more letters.
    Raises:
        NotFound: the giver is absent, or another branch's.
    """
    known = get_donor(session, donor_id).email
    wish_id = send_now(
        session,
        NewMessage(purpose=WISHED, object_id=donor_id, recipient=email, locale=locale),
    )
    if wish_id is None:
        return
    audit.record(session, "donors.email_wished", donor_id)
    if known:
        about = NewMessage(purpose=ASKED, object_id=wish_id, recipient=known, locale=locale)
        mail.queue(session, about)


def get_wish(session: Session, wish_id: UUID) -> EmailWish:
    """What was wished by the letter of this id.

    Raises:
        NotFound: no letter of the scope's branch that asks for a confirmation.
    """
    letter = get_message(session, wish_id)
    if letter.purpose != WISHED:
        raise NotFound(EXPIRED)
    told = [each.recipient for each in messages_of(session, wish_id) if each.purpose == ASKED]
    return EmailWish(letter.object_id, next(iter(told), None), letter.recipient, letter.created_at)


def wish_to_confirm(session: Session, wish_id: UUID) -> EmailWish:
    """A wish that may be confirmed, or that was and still stands.

    Raises:
        NotFound: the giver's e-mail was changed or kept since, or there is no such wish.
    """
    wish = get_wish(session, wish_id)
    email = get_donor(session, wish.donor_id).email
    is_open = email == wish.old and not _is_over(session, wish.donor_id, wish.made_at)
    if not is_open and email != wish.new:
        raise NotFound(EXPIRED)
    return wish


def confirm_email(session: Session, wish_id: UUID) -> None:
    """Let the wished e-mail be the giver's; the links to his page that were made before end.

    Again, nothing changes.
    Raises:
        NotFound: as wish_to_confirm.
    """
    wish = wish_to_confirm(session, wish_id)
    if _reached_by(session, get_donor(session, wish.donor_id), wish.new):
        audit.record(session, CONFIRMED, wish.donor_id)


def keep_email(session: Session, wish_id: UUID) -> None:
    """Let the e-mail from before a wish stay or come back, and end links and wishes made before.

    Again, nothing changes: one that was confirmed after that stays.
    Raises:
        NotFound: there is no such wish.
    """
    wish = get_wish(session, wish_id)
    kept = [each for each in audit.trail(session, wish.donor_id) if each.action == KEPT]
    if wish.old is None or any(each.at > wish.made_at for each in kept):
        return
    _reached_by(session, get_donor(session, wish.donor_id), wish.old)
    audit.record(session, KEPT, wish.donor_id)


def stay_withdrawn(session: Session, gift_id: UUID) -> None:
    """Name the giver of a gift nowhere when he withdrew while known by this e-mail, now changed.

    A giver who still writes the old e-mail is another one to the book, which joins nobody.
    """
    asked = {"gift": gift_id, "asked": ASKED}
    for donor_id in session.scalars(text(STAY_WITHDRAWN), asked).all():
        audit.record(session, "donors.withdrawn_from_roll", donor_id)


def refuse_ended(session: Session, link: Link) -> None:
    """Pass a link to a giver's page that was made since his e-mail was last confirmed or kept.

    Raises:
        NotFound: it was made before.
    """
    if _is_over(session, link.subject_id, link.made_at):
        raise NotFound(EXPIRED)


def _is_over(session: Session, donor_id: UUID, made_at: datetime) -> bool:
    """Whether what was made then ended with a later change."""
    ends = {CONFIRMED, KEPT}
    return any(each.at > made_at for each in audit.trail(session, donor_id) if each.action in ends)


def _reached_by(session: Session, donor: DonorView, email: str) -> bool:
    """Whether that changed anything: the giver has this e-mail and is as he was else."""
    known = NewDonor(DonorKind(donor.kind), donor.name, donor.phone, donor.email, donor.address)
    return correct_donor(session, CorrectDonor(donor.id, replace(known, email=email)))
