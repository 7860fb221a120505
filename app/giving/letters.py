"""What letters to givers say, read from the book the moment they leave."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from app.giving.links import Link, Opens
from app.mail.letters import Attachment, Letter, LetterDesk, LetterNotReady, MessageToWrite
from app.mail.rendering import render
from app.receipts.queries import get_receipt
from app.receipts.service import print_again

RECEIPT: Final = """
    SELECT current_branch() AS home, r.donation_id, r.kind, r.fiscal_year, r.book, r.number,
           r.verify_code, r.snapshot, d.id AS donor_id, d.kind AS donor_kind, d.email,
           (SELECT p.digest FROM receipt_documents p
            WHERE (p.branch_id, p.receipt_id) = (r.branch_id, r.id)
              AND p.rendition = 'original') AS digest,
           coalesce((SELECT p.cover_amount FROM payments p
                     WHERE (p.branch_id, p.donation_id) = (n.branch_id, n.id)), 0) AS covered_fee,
           EXISTS (SELECT FROM receipt_voids v
                   WHERE (v.branch_id, v.receipt_id) = (r.branch_id, r.id)) AS is_void
    FROM receipts r JOIN donations n ON (n.branch_id, n.id) = (r.branch_id, r.donation_id)
    JOIN donors d ON (d.branch_id, d.id) = (n.branch_id, n.donor_id)
    WHERE r.branch_id = current_branch() AND r.id = :id
"""
GIVER: Final = """
    SELECT current_branch() AS home, d.id, d.email,
           (SELECT h.name FROM branch_history h WHERE h.subject_id = current_branch()
            ORDER BY h.valid_from DESC LIMIT 1) AS home_name
    FROM donors d WHERE d.branch_id = current_branch() AND d.id = :id
"""
OFFER: Final = """
    SELECT current_branch() AS home, o.id, o.amount,
           (SELECT h.name FROM branch_history h WHERE h.subject_id = current_branch()
            ORDER BY h.valid_from DESC LIMIT 1) AS home_name
    FROM offers o WHERE o.branch_id = current_branch() AND o.id = :id
"""


def receipt_letter(session: Session, message: MessageToWrite, desk: LetterDesk) -> Letter | None:
    """A receipt with its paper; none of one that was void before the letter left.

    Raises:
        LetterNotReady: the paper is not made yet.
    """
    row = session.execute(text(RECEIPT), {"id": message.object_id}).mappings().first()
    if row is None or row["is_void"] or not row["email"]:
        return None
    try:
        paper = desk.files.read(row["digest"] or "")
    except FileNotFoundError as error:
        print_again(session, get_receipt(session, message.object_id), "original")
        raise LetterNotReady from error
    facts = _receipt_facts(row, message, desk)
    words = render("receipt", message.locale, facts)
    name = f"{row['kind']}-{row['fiscal_year']}-{row['book']}-{row['number']:07d}.pdf"
    return Letter(
        to=row["email"],
        name=str(facts["name"]),
        sender=str(facts["branch"]),
        subject=words.subject,
        text=words.text,
        html=words.html,
        attachments=(Attachment(name, "application/pdf", paper),),
    )


def giver_letter(session: Session, message: MessageToWrite, desk: LetterDesk) -> Letter | None:
    """The link to a giver's own page."""
    row = giver_row(session, message.object_id)
    if row is None or not row["email"]:
        return None
    link = Link(Opens.GIVER, row["home"], row["id"])
    words = render(
        "donor_link",
        message.locale,
        {
            "branch": row["home_name"],
            "url": link.address(desk.public_url, desk.secret_key),
            "valid_until": link.until(),
        },
    )
    return Letter(
        to=row["email"],
        sender=row["home_name"],
        subject=words.subject,
        text=words.text,
        html=words.html,
    )


def giver_row(session: Session, donor_id: UUID) -> RowMapping | None:
    """A giver's id and e-mail, and his branch with its name; None when he is absent."""
    return session.execute(text(GIVER), {"id": donor_id}).mappings().first()


def card_letter(session: Session, message: MessageToWrite, desk: LetterDesk) -> Letter | None:
    """The link by which who reads this mailbox may pay an offer by card."""
    row = session.execute(text(OFFER), {"id": message.object_id}).mappings().first()
    if row is None:
        return None
    link = Link(Opens.CARD, row["home"], row["id"])
    words = render(
        "card_link",
        message.locale,
        {
            "branch": row["home_name"],
            "amount": row["amount"],
            "url": link.address(desk.public_url, desk.secret_key),
            "valid_until": link.until(),
        },
    )
    return Letter(
        # The mailbox that was typed is what is to be proved, not one that the book knows.
        to=message.recipient,
        sender=row["home_name"],
        subject=words.subject,
        text=words.text,
        html=words.html,
    )


def _receipt_facts(row: RowMapping, message: MessageToWrite, desk: LetterDesk) -> dict[str, Any]:
    snapshot = row["snapshot"]
    paper = Link(Opens.RECEIPT, row["home"], message.object_id)
    own_page = Link(Opens.GIVER, row["home"], row["donor_id"])
    return {
        "name": "" if row["donor_kind"] == "anonymous" else snapshot["donor_name"],
        "branch": snapshot["branch_name"],
        "amount": snapshot["amount"],
        "words": snapshot["amount_in_words"],
        "for_what": snapshot["fund_name"],
        "purpose": snapshot["purpose"] or "",
        "covered_fee": row["covered_fee"],
        "received_on": date.fromisoformat(snapshot["received_on"]),
        "series": f"{row['kind']}/{row['fiscal_year']}/{row['book']}",
        "number": f"{row['number']:07d}",
        "verify_url": f"{desk.public_url}/xac-minh/{row['verify_code']}",
        "download_url": paper.address(desk.public_url, desk.secret_key),
        "download_until": paper.until(),
        "own_url": own_page.address(desk.public_url, desk.secret_key),
    }
