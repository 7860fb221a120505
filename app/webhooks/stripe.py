"""What Stripe tells: verified, kept, answered. Nothing else happens here (style.md §3.9)."""

from typing import Final

import structlog
from flask import Blueprint, Response, abort, current_app, request

from app.db.scope import DirectoryScope
from app.kernel.errors import NotFound, marked
from app.payments.gateway import BadSignature, PaymentProvider
from app.payments.inbox import receive
from app.web.access import open_to_all
from app.web.transactions import unit_of_work

bp = Blueprint("stripe", __name__, url_prefix="/webhooks")
log = structlog.get_logger()

LARGEST: Final = 256_000
SWITCHED_OFF: Final = marked("Đơn vị này chưa nhận thẻ qua mạng.")


@bp.post("/stripe")
@open_to_all
def stripe() -> Response:
    """Keep an event and leave the fact that somebody must look; 200 however often it comes."""
    provider: PaymentProvider | None = current_app.extensions["card_payments"]
    if provider is None:
        raise NotFound(SWITCHED_OFF)
    if (request.content_length or 0) > LARGEST:
        abort(413)
    try:
        event = provider.read_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except BadSignature as error:
        log.warning("webhook_refused", reason=str(error))
        abort(400)
    with unit_of_work(DirectoryScope()) as session:
        receive(session, provider.name, event)
    return Response(status=200)
