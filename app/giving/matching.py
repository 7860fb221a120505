"""Verbs that say what a bank line was. What is said moves money out of suspense, never twice.

By itself the machine says so only of a line that names one offer's code, while that offer is not
paid in full or its own payer pays again; a name alone says nothing (domain.md, S3). All else is
proposed (app/giving/proposals.py), and a person confirms.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import audit
from app.banking.queries import LineView, get_line
from app.db import outbox
from app.db.attempts import attempt
from app.donations.commands import Arrival, Method, RecordDonation, Source
from app.donations.rules import usual_source
from app.donations.service import RecordedDonation, record_donation
from app.donors.commands import ANONYMOUS_NAME, DonorKind, NewDonor
from app.giving.commands import GiftFromLines, Part
from app.giving.own_emails import stay_withdrawn
from app.giving.payers import has_answered
from app.giving.queries import OfferView, get_offer, offers_with_codes
from app.kernel.errors import Conflict, Invalid, marked
from app.kernel.ids import uuid7
from app.kernel.memo_codes import codes_in
from app.mail import service as mail
from app.mail.commands import NewMessage
from app.mail.states import State

log = structlog.get_logger()

NOT_ENOUGH: Final = marked("Dòng sao kê này không còn đủ số tiền ấy: có thể người khác vừa khớp.")
WRONG_SUM: Final = marked("Tổng các phần lấy từ sao kê phải bằng số tiền của khoản ủng hộ.")
HOLD: Final = """
    SELECT pg_advisory_xact_lock(hashtext('matching'), hashtext(current_branch()::text))
"""
DEDICATED: Final = {"in_memory_of": "Tưởng nhớ {}", "on_behalf_of": "Thay mặt {}"}


def match_named_lines(session: Session, fact_ids: Sequence[UUID]) -> None:
    """Match the lines of which waiting facts say that they name a code, and let go of the facts.

    A gift that the book refuses (its fund was closed, its period is) leaves its line in suspense,
    where a person sees it.
    """
    hold_matching(session)
    rows = session.execute(
        text(
            "SELECT id, subject_id FROM outbox WHERE branch_id = current_branch()"
            " AND id = ANY(:ids) ORDER BY recorded_at, id"
        ),
        {"ids": list(fact_ids)},
    ).all()
    for row in rows:
        try:
            with attempt(session):
                match_by_code(session, row.subject_id)
        except (Invalid, Conflict) as error:
            log.warning("line_left_open", line_id=str(row.subject_id), code=error.code)
    outbox.settle(session, [row.id for row in rows])


def match_by_code(session: Session, line_id: UUID) -> RecordedDonation | None:
    """Make the gift of an offer whose code a line names; None when a person has to look.

    That is when no or several offers are named, or when the offer has had its amount and the line
    is not surely from one who paid for it before. Till then what came counts, be it more or less
    than was offered. Safe to repeat: a line makes one such gift.
    Raises what record_donation raises.
    """
    hold_matching(session)
    line = get_line(session, line_id)
    named = offers_with_codes(session, codes_in(line.description))
    if len(named) != 1 or line.side != "credit" or line.open_amount != line.amount:
        return None
    offer = named[0]
    if offer.is_paid and not has_answered(session, offer.id, line):
        return None
    gift = gift_of_offer(offer, line, id_of_gift(line.id))
    part = Part(line.id, line.amount)
    return give_from_lines(session, GiftFromLines(gift=gift, parts=[part], offer_id=offer.id))


def hold_matching(session: Session) -> None:
    """Wait for what is being matched at the scope's branch; until we end, nothing else is.

    So of two lines for one offer the second sees the gift of the first. Taken before all else.
    """
    session.execute(text(HOLD))


def give_from_lines(session: Session, command: GiftFromLines) -> RecordedDonation:
    """Record a gift whose money lies in suspense: whole lines, parts of one, or several together.

    Promises that the same gift sent again changes nothing, and that no line gives more than it has.
    Raises:
        Invalid: the parts do not sum up to the gift. Conflict: a line has not so much any more.
        And what record_donation raises.
    """
    gift = command.gift
    if gift.arrival is not Arrival.FROM_SUSPENSE or gift.method is not Method.BANK_TRANSFER:
        raise ValueError(gift)
    if sum(part.amount for part in command.parts) != gift.amount:
        raise Invalid("amount", WRONG_SUM)
    hold_matching(session)
    recorded = record_donation(session, gift)
    if not recorded.is_new:
        return recorded
    for part in command.parts:
        use_line(session, part, kind="gift", subject_id=gift.id)
    if command.offer_id:
        answer_offer(session, recorded, get_offer(session, command.offer_id))
    return recorded


def answer_offer(session: Session, recorded: RecordedDonation, offer: OfferView) -> None:
    """Keep which offer a gift answers, and have its receipt mailed when one was wished for.

    Who withdrew his name under that e-mail, and has changed it since, is not named anew.

    However the money came it ends so, and a second time nothing more happens.
    """
    session.execute(
        text(
            "INSERT INTO offer_gifts (donation_id, offer_id) VALUES (:gift, :offer)"
            " ON CONFLICT DO NOTHING"
        ),
        {"gift": recorded.id, "offer": offer.id},
    )
    stay_withdrawn(session, recorded.id)
    if offer.email:
        wished = NewMessage(
            purpose="receipt",
            object_id=recorded.receipt_id,
            recipient=offer.email,
            locale=offer.locale,
            state=State.WAITING,
        )
        mail.queue(session, wished)


def use_line(session: Session, part: Part, *, kind: str, subject_id: UUID) -> UUID:
    """Take a part of a line out of what is open; gives the match's id.

    Raises:
        Conflict: so much is not open any more, or the line is not this branch's.
    """
    taken = session.execute(
        text(
            "UPDATE bank_lines SET open_amount = open_amount - :amount"
            " WHERE branch_id = current_branch() AND id = :line AND open_amount >= :amount"
            " RETURNING id"
        ),
        {"line": part.line_id, "amount": part.amount},
    ).first()
    if taken is None or not part.amount:
        raise Conflict(NOT_ENOUGH)
    match_id = uuid7()
    session.execute(
        text(
            "INSERT INTO bank_matches (id, line_id, amount, kind, subject_id)"
            " VALUES (:id, :line, :amount, :kind, :subject)"
        ),
        {
            "id": match_id,
            "line": part.line_id,
            "amount": part.amount,
            "kind": kind,
            "subject": subject_id,
        },
    )
    audit.record(session, "bank_lines.matched", part.line_id)
    return match_id


def gift_of_offer(offer: OfferView, line: LineView, gift_id: UUID) -> RecordDonation:
    """The gift that what is open of a line makes of an offer.

    Money that came outside the days of the drive is for its fund all the same (peers.md, ask 16).
    """
    kind = DonorKind(offer.donor_kind) if offer.donor_name else DonorKind.ANONYMOUS
    name = offer.donor_name or ANONYMOUS_NAME
    return RecordDonation(
        id=gift_id,
        fund_id=offer.fund_id,
        drive_id=offer.drive_id if is_in_drive(offer, line.day) else None,
        donor=NewDonor(kind, name, email=offer.email),
        amount=line.open_amount,
        method=Method.BANK_TRANSFER,
        source=usual_source(kind, name) or Source.OTHER,
        received_on=line.day,
        is_anonymous=offer.is_anonymous,
        note=purpose_of(offer),
        arrival=Arrival.FROM_SUSPENSE,
    )


def purpose_of(offer: OfferView) -> str | None:
    """What the receipt says the gift is for."""
    said: Sequence[str] = [
        *([offer.drive_name] if offer.drive_name else []),
        *([DEDICATED[offer.dedication].format(offer.dedicated_to)] if offer.dedication else []),
    ]
    return ". ".join(said) or None


def id_of_gift(line_id: UUID) -> UUID:
    """The id of the gift that a line makes by itself: the same at every try."""
    return UUID(int=line_id.int ^ 0x61F7)


def is_in_drive(offer: OfferView, day: date) -> bool:
    """Whether money of that day came while the offer's drive went on."""
    first, last = offer.drive_starts_on, offer.drive_ends_on
    return bool(first and first <= day and (last is None or day <= last))
