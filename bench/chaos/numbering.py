"""Many clients at once, without faults: numbers, balances, totals; one request sent ten times."""

import socket
import time
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from app.kernel.ids import uuid7
from bench.chaos.oracle import Oracle
from bench.chaos.sabotage import Sabotage, apply
from bench.chaos.stack import Stack
from bench.chaos.verdict import Verdict, judge_books, judge_invariants, kept_gifts
from bench.fixtures import Till, officer_token, open_tills
from bench.load import Answer, read_answer, send_all

CLIENTS, BRANCHES = 64, 126
TIMES, AT_ONCE, WITHIN_SECONDS = 50, 10, 0.05


def numbering(stack: Stack, gifts: int, *, sabotage: Sabotage | None) -> Verdict:
    """Record `gifts` gifts by 64 clients in one branch, then in 126, and judge their numbers."""
    with stack.application.app_context():
        tills, officer = open_tills(BRANCHES), officer_token()
    if sabotage is not None:
        apply(sabotage, stack)
    verdict = Verdict()
    oracle = Oracle(stack, tills[0])
    sent = 0
    with oracle.watching():
        for used in (tills[:1], tills):
            sent += _record(verdict, stack, used, gifts)
    judge_invariants(verdict, oracle.violations, samples=oracle.samples, missed=oracle.missed)
    with stack.connect() as connection:
        kept = kept_gifts(connection)
    wrong = [] if len(kept) == sent else [f"{len(kept)} are kept of {sent} acknowledged"]
    verdict.find("every acknowledged gift is in the book, and no other", wrong)
    judge_books(verdict, stack, officer, kept)
    return verdict


def _record(verdict: Verdict, stack: Stack, tills: Sequence[Till], gifts: int) -> int:
    """Send so many gifts; return how many were acknowledged."""
    requests = [
        tills[place % len(tills)].gift(amount=1000 * (1 + place % 977)) for place in range(gifts)
    ]
    load = send_all(stack.settings.port, requests, connections=CLIENTS)
    created = [answer for answer in load.answers if answer.status == HTTPStatus.CREATED]
    where = "one branch" if len(tills) == 1 else f"{len(tills)} branches"
    verdict.find(
        f"{gifts} gifts by {CLIENTS} clients in {where} were all acknowledged",
        [answer.body[:200] for answer in load.answers if answer not in created],
        seen=f"{load.rate:.0f}/s, slowest {max(a.seconds for a in load.answers):.2f} s",
    )
    given = Counter((place_of(answer, tills), _receipt(answer)["number"]) for answer in created)
    verdict.find(
        f"no number was told twice in {where}",
        [f"{key} to {times} givers" for key, times in given.items() if times > 1],
    )
    return len(created)


def place_of(answer: Answer, tills: Sequence[Till]) -> str:
    """The branch that an answer came from."""
    return tills[answer.place % len(tills)].slug


def same_request(stack: Stack, *, sabotage: Sabotage | None) -> Verdict:
    """Send one request ten times within 50 ms, fifty times over: it makes one gift each time."""
    with stack.application.app_context():
        tills = open_tills(5)
    if sabotage is not None:
        apply(sabotage, stack)
    keeps_keys = sabotage is not Sabotage.NO_IDEMPOTENCY_KEY
    verdict = Verdict()
    wrong, spans = [], []
    for turn in range(TIMES):
        till, note = tills[turn % len(tills)], f"same-{turn:03d}"
        key = uuid7()
        requests = [till.gift(key if keeps_keys else uuid4(), note=note) for _ in range(AT_ONCE)]
        answers, span = _at_once(stack.settings.port, requests)
        spans.append(span)
        wrong += [f"{note}: {what}" for what in _unlike(answers)]
    seen = f"{TIMES} times, the slowest within {1000 * max(spans):.1f} ms"
    verdict.find(f"{AT_ONCE} equal requests get one answer", wrong, seen=seen)
    late = [span for span in spans if span > WITHIN_SECONDS]
    verdict.find(f"they were sent within {1000 * WITHIN_SECONDS:.0f} ms", late)
    with stack.connect() as connection:
        notes = Counter(gift.note for gift in kept_gifts(connection))
    verdict.find(
        "each made one gift",
        [f"{note} is there {count} times" for note, count in notes.items() if count != 1]
        + ([] if len(notes) == TIMES else [f"{len(notes)} of {TIMES} are there"]),
    )
    return verdict


def _at_once(port: int, requests: Sequence[bytes]) -> tuple[list[Answer], float]:
    """Send each on a connection of its own; also return the seconds between first and last."""
    lines = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in requests]
    started = time.perf_counter()
    for line, content in zip(lines, requests, strict=True):
        line.sendall(content)
    span = time.perf_counter() - started
    answers = [read_answer(line, place) for place, line in enumerate(lines)]
    for line in lines:
        line.close()
    return answers, span


def _unlike(answers: Sequence[Answer]) -> list[str]:
    """What is wrong with answers that should be one 201 and repetitions of it."""
    statuses = Counter(answer.status for answer in answers)
    bodies = {answer.body for answer in answers if answer.status < HTTPStatus.MULTIPLE_CHOICES}
    wrong = []
    if statuses[HTTPStatus.CREATED] != 1 or not statuses.keys() <= {200, 201, 503}:
        wrong.append(f"answered by {dict(statuses)}")
    if len(bodies) != 1:
        wrong.append(f"{len(bodies)} different answers")
    return wrong


def _receipt(answer: Answer) -> dict[str, Any]:
    receipt: Any = answer.json()["receipt"]
    return dict(receipt)
