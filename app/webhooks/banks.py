"""Aggregators knock at the address of their feed; each answers in its provider's own way."""

from typing import Final
from uuid import UUID

import structlog
from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.banking.commands import Provider
from app.banking.events import NO_FEED, FeedScope, FeedView, get_feed, keep_event
from app.banking.feeds.protocol import Forged
from app.banking.feeds.registry import FEEDS
from app.banking.sealing import unseal
from app.kernel.clock import now
from app.kernel.errors import NotFound, NotSignedIn, marked
from app.web.access import open_to_all
from app.web.transactions import unit_of_work

log = structlog.get_logger()

bp = Blueprint("banks", __name__, url_prefix="/webhooks")

LARGEST: Final = 256_000
FORGED: Final = marked("Chữ ký của thông báo này không đúng hoặc đã quá cũ.")


@bp.post("/<provider>/<uuid:feed_id>")
@open_to_all
def knock(provider: str, feed_id: UUID) -> ResponseReturnValue:
    """Keep what the feed's provider signed, and say so at once; the same again changes nothing.

    Raises:
        NotFound: no such feed. NotSignedIn: the signature is not the provider's, or too old.
    """
    request.max_content_length = LARGEST
    body = request.get_data(cache=False)
    with unit_of_work(FeedScope(feed_id)) as session:
        feed = get_feed(session, feed_id)
        if feed.provider != provider:
            raise NotFound(NO_FEED)
        refuse_forged(feed, body)
        keep_event(session, feed_id, body)
    return jsonify(success=True)


def refuse_forged(feed: FeedView, body: bytes) -> None:
    """Refuse what the feed's provider did not sign.

    Raises:
        NotSignedIn: so it is.
    """
    secret = unseal(feed.sealed_secret, key=current_app.extensions["settings"].secret_key)
    try:
        FEEDS[Provider(feed.provider)].check_signature(dict(request.headers), body, [secret], now())
    except Forged as error:
        log.warning("forged_event", feed_id=str(feed.id), reason=error.reason)
        raise NotSignedIn(FORGED) from error
