"""Receipts and their papers."""

from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask import Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.accounts.permissions import Permission
from app.api.answers import Closed, instant
from app.api.document import PDF, RETRY_AFTER, Answer, Resource, described
from app.api.fields import Choice
from app.api.intake import Reader, query, told_to_the_bearer
from app.kernel.errors import NotFound, marked
from app.receipts.printing import find_paper
from app.receipts.queries import ReceiptView, get_receipt
from app.receipts.service import hasten_rendering, print_again
from app.web.access import requires_token
from app.web.transactions import reading, unit_of_work

bp = Resource("receipts", path="/receipts")

NO_SUCH_PAPER: Final = marked("Biên nhận này không có bản in đó.")
SHA256: Final = "^[0-9a-f]{64}$"


class Rendition(StrEnum):
    """Which paper of a receipt."""

    ORIGINAL = "original"
    COPY = "copy"
    VOID = "void"


class PaperQuery(Closed):
    """Which paper; without it the void paper of a void receipt once printed, else the original."""

    rendition = Choice(Rendition)


class Void(Closed):
    """Since when and why a receipt is void."""

    voided_at = fields.DateTime(required=True)
    reason = fields.String(required=True)


class Papers(Closed):
    """SHA-256 of each paper that is printed."""

    original = fields.String(metadata={"pattern": SHA256})
    copy = fields.String(metadata={"pattern": SHA256})
    void = fields.String(metadata={"pattern": SHA256})


class Receipt(Closed):
    """A receipt as it was issued; `digest` is the SHA-256 of the PDF that /pdf gives."""

    id = fields.UUID(required=True)
    donation_id = fields.UUID(required=True)
    series = fields.String(required=True)
    number = fields.Integer(required=True)
    verify_code = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["issued", "rendered", "void"]})
    issued_at = fields.DateTime(required=True)
    amount = fields.Integer(required=True)
    amount_in_words = fields.String(required=True)
    donor_name = fields.String(required=True)
    received_on = fields.Date(required=True)
    digest = fields.String(required=True, allow_none=True, metadata={"pattern": SHA256})
    papers = fields.Nested(Papers, required=True)
    void = fields.Nested(Void, required=True, allow_none=True)


PAPER_QUERY: Final = Reader(PaperQuery)
AS_PDF: Final = Answer("The paper", content_type=PDF)
NOT_YET: Final = Answer("The paper is being made; ask again", headers=RETRY_AFTER)


@bp.get("/<uuid:receipt_id>")
@requires_token(Permission.RECEIPTS_VIEW)
@described({200: Answer("The receipt", Receipt)}, also_refused=[404])
def show(receipt_id: UUID) -> ResponseReturnValue:
    """One receipt and its state."""
    with reading() as session:
        return jsonify(_receipt(get_receipt(session, receipt_id)))


@bp.get("/<uuid:receipt_id>/pdf")
@requires_token(Permission.RECEIPTS_VIEW)
@described({200: AS_PDF, 202: NOT_YET}, query=PaperQuery, also_refused=[404])
def paper(receipt_id: UUID) -> ResponseReturnValue:
    """The receipt's paper, once the worker has made it."""
    with told_to_the_bearer():
        rendition = PAPER_QUERY.read(query()).get("rendition")
    with reading() as session:
        receipt = get_receipt(session, receipt_id)
    name = rendition or _usual(receipt)
    content = find_paper(receipt, name, current_app.extensions["files"])
    if content is None:
        return _not_yet(receipt, name)
    pdf = Response(content, mimetype=PDF)
    file_name = f"{receipt.series}-{receipt.number:07}-{name}.pdf".replace("/", "-")
    pdf.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    return pdf


def _usual(receipt: ReceiptView) -> Rendition:
    """The paper that stands for the receipt today."""
    return Rendition.ORIGINAL if receipt.voided_at is None else Rendition.VOID


def _not_yet(receipt: ReceiptView, name: str) -> Response:
    """A paper that will come is waited for, a lost one too; one that nobody asked for is absent."""
    is_void_of_valid = name == Rendition.VOID and receipt.voided_at is None
    if name not in receipt.digests and (name == Rendition.COPY or is_void_of_valid):
        raise NotFound(NO_SUCH_PAPER)
    with unit_of_work() as session:
        hasten_rendering(session, receipt.id)
        print_again(session, receipt, name)
    return Response(status=202, headers={"Retry-After": "1"})


def _receipt(receipt: ReceiptView) -> dict[str, Any]:
    return {
        "id": receipt.id,
        "donation_id": receipt.donation_id,
        "series": receipt.series,
        "number": receipt.number,
        "verify_code": receipt.verify_code,
        "status": receipt.status,
        "issued_at": instant(receipt.issued_at),
        "amount": receipt.snapshot["amount"],
        "amount_in_words": receipt.snapshot["amount_in_words"],
        "donor_name": receipt.snapshot["donor_name"],
        "received_on": receipt.snapshot["received_on"],
        "digest": receipt.digests.get(_usual(receipt)),
        "papers": receipt.digests,
        "void": _void(receipt),
    }


def _void(receipt: ReceiptView) -> dict[str, Any] | None:
    if receipt.voided_at is None:
        return None
    return {"voided_at": instant(receipt.voided_at), "reason": receipt.void_reason}
