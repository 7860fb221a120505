"""The papers of a receipt: is it printed yet, the PDF itself, and asking for a copy."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.permissions import Permission
from app.donations.queries import get_donation
from app.kernel.errors import NotFound, marked
from app.portal.donations.blueprint import bp
from app.receipts.printing import find_paper
from app.receipts.queries import ReceiptView, papers_due, receipt_of_donation
from app.receipts.service import hasten_rendering, print_again, request_copy
from app.web.access import requires
from app.web.transactions import reading, unit_of_work

# The last word of a paper's address, and which rendition it is.
RENDITIONS: Final = {"bien-nhan": "original", "ban-sao": "copy", "da-huy": "void"}
NO_SUCH_PAPER: Final = marked("Không tìm thấy bản in này.")
RETRY_AFTER_SECONDS: Final = "2"


@dataclass(frozen=True, slots=True)
class Papers:
    """What can be opened and what is being made. `mark` tells one state from another."""

    current: str | None
    has_copy: bool
    is_copy_due: bool
    is_void: bool

    @property
    def is_waiting(self) -> bool:
        """Whether the page should look again."""
        return self.current is None or self.is_copy_due

    @property
    def mark(self) -> str:
        """Changes whenever the page must."""
        return f"{self.current or 'none'}-{int(self.has_copy)}{int(self.is_copy_due)}"


@bp.get("/<uuid:donation_id>/bien-nhan")
@requires(Permission.RECEIPTS_VIEW)
def receipt_state(slug: str, donation_id: UUID) -> ResponseReturnValue:
    """The part of a gift's page that looks for its paper; 204 while nothing changed (?co=mark)."""
    if "HX-Request" not in request.headers:
        return redirect(url_for(".show", slug=slug, donation_id=donation_id), 303)
    with reading() as session:
        gift = get_donation(session, donation_id)
        receipt = receipt_of_donation(session, donation_id)
        papers = papers_of(session, receipt)
        if request.args.get("co") == papers.mark:
            return "", 204
        return render_template(
            "portal/donations/_receipt_state.html", gift=gift, receipt=receipt, papers=papers
        )


@bp.get("/<uuid:donation_id>/<paper>.pdf")
@requires(Permission.RECEIPTS_VIEW)
def receipt_pdf(slug: str, donation_id: UUID, paper: str) -> ResponseReturnValue:
    """A paper, or 202 and a word of patience until the worker has made it.

    A void receipt is given as void, whichever paper was asked for.
    """
    with reading() as session:
        get_donation(session, donation_id)
        receipt = receipt_of_donation(session, donation_id)
    rendition = asked_rendition(receipt, paper)
    content = find_paper(receipt, rendition, current_app.extensions["files"])
    if content is None:
        return being_made(receipt, rendition)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{file_name(receipt, rendition)}"'
    return answer


@bp.post("/<uuid:donation_id>/ban-sao")
@requires(Permission.RECEIPTS_VIEW)
def copy(slug: str, donation_id: UUID) -> ResponseReturnValue:
    """Ask for a print marked "Bản sao"; asking again prints nothing new."""
    with unit_of_work() as session:
        get_donation(session, donation_id)
        receipt = receipt_of_donation(session, donation_id)
        if request_copy(session, receipt.id):
            flash(gettext("Đang lập bản sao. Số biên nhận giữ nguyên."), "good")
    return redirect(url_for(".show", slug=slug, donation_id=donation_id), 303)


def being_made(receipt: ReceiptView, rendition: str) -> ResponseReturnValue:
    """Have the paper made, or made again when it was lost, and ask for patience."""
    hasten_papers(receipt)
    is_lost = rendition in receipt.digests
    if is_lost:
        with unit_of_work() as session:
            print_again(session, receipt, rendition)
    page = render_template("portal/donations/printing.html", receipt=receipt, is_lost=is_lost)
    return page, 202, {"Retry-After": RETRY_AFTER_SECONDS}


def papers_of(session: Session, receipt: ReceiptView) -> Papers:
    """What there is of the receipt's papers, and what is to come."""
    rendition, due = "void" if receipt.voided_at else "original", papers_due(session, receipt.id)
    ready = receipt.digests.keys() - due  # a paper that was lost is due again
    return Papers(
        current=rendition if rendition in ready else None,
        has_copy="copy" in ready and not receipt.voided_at,
        is_copy_due="copy" in due and not receipt.voided_at,
        is_void=receipt.voided_at is not None,
    )


def hasten_papers(receipt: ReceiptView) -> None:
    """Wake the printing of a receipt that nobody had asked to see; nothing when it is printed."""
    if receipt.digest is None or (receipt.voided_at and "void" not in receipt.digests):
        with unit_of_work() as session:
            hasten_rendering(session, receipt.id)


def asked_rendition(receipt: ReceiptView, paper: str) -> str:
    """Which rendition an address means.

    Raises:
        NotFound: there is none of that name, or nothing was voided.
    """
    if paper not in RENDITIONS or (paper == "da-huy" and receipt.voided_at is None):
        raise NotFound(NO_SUCH_PAPER)
    return "void" if receipt.voided_at else RENDITIONS[paper]


def file_name(receipt: ReceiptView, rendition: str) -> str:
    """BN-2026-A-0000042.pdf; a copy and a void paper say so."""
    ending = {"original": "", "copy": "-ban-sao", "void": "-da-huy"}[rendition]
    return f"{receipt.series.replace('/', '-')}-{receipt.number:07d}{ending}.pdf"
