"""One gift: its receipt as a picture, the papers made of it, and what happened to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.permissions import Permission
from app.accounts.queries import names_of
from app.audit import trail
from app.banking.queries import lines_of_subject
from app.donations.queries import DonationView, get_donation
from app.donations.rules import costs_deduction
from app.donors.queries import get_donor
from app.kernel.text import looks_garbled
from app.mail.queries import messages_of
from app.payments.overview import payment_of_gift
from app.portal.donations.blueprint import bp
from app.portal.donations.papers import hasten_papers, papers_of
from app.portal.donations.picture import picture_of_receipt
from app.receipts.queries import ReceiptView, papers_made, receipt_of_donation
from app.web.access import requires
from app.web.labels import label
from app.web.transactions import reading

TAKEN_BACK: Final = frozenset({"donations.reversed", "donations.returned"})


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what happened; `kind` is void for what took the gift back."""

    what: str
    at: datetime
    by: str = ""
    note: str = ""
    kind: str = ""


@bp.get("/<uuid:donation_id>")
@requires(Permission.DONATIONS_VIEW)
def show(slug: str, donation_id: UUID) -> ResponseReturnValue:
    """One gift: its receipt and what happened to it. Papers that rested are asked for now."""
    with reading() as session:
        gift = get_donation(session, donation_id)
        receipt = receipt_of_donation(session, donation_id)
        hasten_papers(receipt)
        return render_template(
            "portal/donations/show.html",
            gift=gift,
            receipt=receipt,
            picture=picture_of_receipt(
                receipt, public_url=current_app.extensions["settings"].public_url
            ),
            papers=papers_of(session, receipt),
            giver=get_donor(session, gift.donor_id),
            letters=messages_of(session, receipt.id),
            lines=lines_of_subject(session, gift.id),
            payment_id=payment_of_gift(session, gift.id),
            steps=steps_of(session, gift, receipt),
            is_costly_cash=costs_deduction(gift.donor_kind, gift.method, gift.amount),
            is_garbled=looks_garbled(gift.donor_name),
        )


def steps_of(session: Session, gift: DonationView, receipt: ReceiptView) -> Sequence[Step]:
    """What happened to the gift and to its receipt, oldest first, with names."""
    events = [*trail(session, gift.id), *trail(session, receipt.id)]
    names = names_of(session, {event.actor_id for event in events})
    steps = [
        Step(
            what=label(event.action),
            at=event.at,
            by=names.get(event.actor_id, gettext("hệ thống")),
            note=event.reason or "",
            kind="void" if event.action in TAKEN_BACK else "",
        )
        for event in events
    ]
    return sorted([*steps, *printed(session, receipt)], key=lambda step: step.at)


def printed(session: Session, receipt: ReceiptView) -> Iterator[Step]:
    """When each paper was made."""
    words = {
        "original": gettext("Lập xong biên nhận"),
        "copy": gettext("Lập xong bản sao"),
        "void": gettext("Lập xong biên nhận đã huỷ"),
    }
    for rendition, made_at in papers_made(session, receipt.id).items():
        yield Step(what=words[rendition], at=made_at, by=gettext("hệ thống"))
