"""Messages that nobody can read: a real worker on a real Valkey goes on, and no gift waits."""

import json

import pytest
from sqlalchemy import text

from app.db.unit_of_work import reading
from config.celery import QUEUE
from tests.builders.branches import BranchAtHand
from tests.builders.donations import give
from tests.worker.conftest import RealWorker


def a_message(headers: object, body: str) -> str:
    """A message as Celery frames it, but for what is wrong with it."""
    delivery = {"exchange": "", "routing_key": QUEUE}
    properties = {"delivery_tag": "t", "body_encoding": "base64", "delivery_info": delivery}
    return json.dumps({"properties": properties, "headers": headers, "body": body})


POISON: dict[str, str | bytes] = {
    "an empty object": "{}",
    "no JSON": b"\xff\xfe not JSON",
    # Handed back when it ends the worker, and there again for the next one.
    "a body that cannot be decoded": a_message({"task": "relay.sweep", "id": "1"}, "!"),
    # Taken for a lost connection: met again at each new one, in the same process.
    "a task without an id": a_message({"task": "relay.sweep"}, "e30="),
}


def is_printed(branch: BranchAtHand) -> bool:
    """Whether the branch's only gift has its paper."""
    with reading(branch.scope) as session:
        return bool(session.execute(text("SELECT FROM receipt_documents")).all())


@pytest.mark.parametrize("what", POISON)
def test_a_gift_gets_its_receipt_after_a_message_that_cannot_be_read(
    what: str, real_worker: RealWorker, a_branch: BranchAtHand
) -> None:
    real_worker.brings_about(lambda: real_worker.broker.llen(f"kh:{QUEUE}") == 0)
    real_worker.broker.rpush(f"kh:{QUEUE}", POISON[what])

    give(a_branch)

    assert real_worker.brings_about(lambda: is_printed(a_branch)), real_worker.log.read_text()


def test_a_worker_comes_up_beside_unreadable_notes_of_what_was_handed_out(
    real_worker: RealWorker, a_branch: BranchAtHand
) -> None:
    real_worker.stop()
    real_worker.broker.hset("kh:unacked", "t", "not JSON")
    real_worker.broker.zadd("kh:unacked_index", {"t": 1})

    give(a_branch)

    assert real_worker.brings_about(lambda: is_printed(a_branch)), real_worker.log.read_text()
