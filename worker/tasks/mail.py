"""Mail: an effect outside. Claimed one by one, spoken of with the server, settled by lease."""

import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from celery import shared_task
from flask import current_app

from app.db import outbox
from app.db.scope import BranchScope, DirectoryScope
from app.db.unit_of_work import unit_of_work
from app.mail import turns
from app.mail.delivery import Post, post_of
from app.mail.envelopes import enclose
from app.mail.letters import LetterDesk
from app.mail.rules import Outcome, Verdict
from app.mail.sending import Claimed, claim, settle
from config.settings import Settings
from worker.base import branch_scope, settling
from worker.letters import LETTERS

log = structlog.get_logger()

# After that no further message is begun: what is left is due again, and others have their turn.
BUDGET_SECONDS: Final = 20.0


@shared_task(name="mail.send")
def send(branch_id: str, fact_ids: list[str]) -> None:
    """Send what the facts ask for, unless another speaks with the server or it is away."""
    scope, ids = branch_scope(branch_id), [UUID(fact) for fact in fact_ids]
    settings: Settings = current_app.extensions["settings"]
    with settling(scope, ids):
        turn = _turn(scope, ids)
        if turn is None:
            return
        is_line_down = True
        try:
            with post_of(settings.smtp_url, settings.home / "mail") as post:
                is_line_down = send_all(scope, ids, post)
        finally:
            with unit_of_work(DirectoryScope()) as session:
                turns.give_back(session, turn, is_line_down=is_line_down)


def _turn(scope: BranchScope, fact_ids: Sequence[UUID]) -> turns.Turn | None:
    """The turn; without it the facts rest for as long as the server is given a pause."""
    with unit_of_work(scope) as session:
        turn = turns.take(session)
        if turn is None and (until := turns.pause_ends(session)) is not None:
            outbox.put_off(session, fact_ids, until=until)
    return turn


def send_all(scope: BranchScope, fact_ids: Sequence[UUID], post: Post) -> bool:
    """Send one after the other until the server falls silent or time is up; True when silent."""
    started = time.monotonic()
    for fact_id in fact_ids:
        outcome = send_one(scope, fact_id, post)
        if outcome is not None and outcome.is_line_down:
            return True
        if time.monotonic() - started > BUDGET_SECONDS:
            break
    return False


def send_one(scope: BranchScope, fact_id: UUID, post: Post) -> Outcome | None:
    """Claim, act, settle; None when there was nothing to send."""
    settings: Settings = current_app.extensions["settings"]
    with unit_of_work(scope) as session:
        claimed = claim(session, fact_id, LETTERS, _desk(settings), host=settings.mail_host)
    if claimed is None:
        return None
    outcome = _act(claimed, post, settings.mail_from)
    with unit_of_work(scope) as session:
        settle(session, claimed, outcome)
    return outcome


def _act(claimed: Claimed, post: Post, mail_from: str) -> Outcome:
    try:
        envelope = enclose(claimed.letter, message_id=claimed.message_id, mail_from=mail_from)
    except Exception as error:
        # Nothing was said yet, so nothing is in doubt: the message waits until it can be enclosed.
        kind = type(error).__name__
        log.exception("letter_not_enclosed", message_id=str(claimed.id), kind=kind)
        return Outcome(Verdict.DEFERRED, f"not enclosed: {kind}")
    return post.deliver(envelope)


def _desk(settings: Settings) -> LetterDesk:
    return LetterDesk(
        public_url=settings.public_url,
        files=current_app.extensions["files"],
        secret_key=settings.secret_key,
    )
