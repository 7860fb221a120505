"""The storm's clients: each gift is sent until the product says yes or no to it."""

import json
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any, Final
from uuid import UUID, uuid4

from app.kernel.clock import today
from bench.chaos.plan import Flaw, PlannedGift
from bench.fixtures import GIFTS, Till

ANSWER_SECONDS = 12.0
PAUSE, LONGEST_PAUSE = 0.1, 1.0
ACKED: Final = {HTTPStatus.OK, HTTPStatus.CREATED}
# The server may or may not have done it, or has not even looked.
ASK_AGAIN: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}


class State(StrEnum):
    """What a client knows of its gift."""

    ACKED = "acked"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def state_of(status: int) -> State:
    """What an answer's status tells: only yes and no are final; 0 is no answer at all."""
    if status in ACKED:
        return State.ACKED
    is_no = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return State.REFUSED if is_no and status not in ASK_AGAIN else State.UNKNOWN


@dataclass(slots=True)
class Outcome:
    """How one send ended; `unknowns` counts the tries of which the client could not tell."""

    gift: PlannedGift
    till: Till
    state: State = State.UNKNOWN
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    unknowns: int = 0
    seconds: float = 0.0


class Clients:
    """Many clients at once; they share the plan and stop when all is resolved or time is up."""

    def __init__(self, port: int, tills: Sequence[Till], *, keeps_keys: bool = True) -> None:
        """Take the branches; a client that keeps no keys makes a new one for every try."""
        self._port = port
        self._tills = tills
        self._keeps_keys = keeps_keys
        self._waiting: queue.SimpleQueue[PlannedGift | None] = queue.SimpleQueue()
        self._given_up = threading.Event()
        self._threads: list[threading.Thread] = []
        self.outcomes: list[Outcome] = []

    def start(self, gifts: Sequence[PlannedGift], *, count: int) -> None:
        """Begin; a gift clicked twice is sent by two clients at the same moment."""
        for gift in gifts:
            for _ in range(gift.clicks):
                self._waiting.put(gift)
        started = time.monotonic()
        for _ in range(count):
            self._waiting.put(None)
            thread = threading.Thread(target=self._work, args=(started,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def join(self, *, seconds: float) -> None:
        """Wait until every send is resolved; after so long the rest stays unknown."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.give_up()

    def give_up(self) -> None:
        """Have no client try again."""
        self._given_up.set()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS + 1)

    def _work(self, started: float) -> None:
        caller = _Caller(self._port)
        while (gift := self._waiting.get()) is not None:
            if self._given_up.wait(max(0.0, started + gift.at - time.monotonic())):
                return
            outcome = Outcome(gift, self._tills[gift.branch])
            self.outcomes.append(outcome)
            self._resolve(caller, outcome)

    def _resolve(self, caller: "_Caller", outcome: Outcome) -> None:
        began, pause = time.monotonic(), PAUSE
        body = body_of(outcome.gift, outcome.till)
        key = outcome.gift.key if self._keeps_keys else uuid4()
        while True:
            status, answer = caller.post(outcome.till.token, key, body)
            outcome.state, outcome.status = state_of(status), status
            if outcome.state is not State.UNKNOWN:
                outcome.answer = answer
                outcome.seconds = time.monotonic() - began
                return
            outcome.unknowns += 1
            if self._given_up.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE)
            key = key if self._keeps_keys else uuid4()


def body_of(gift: PlannedGift, till: Till) -> dict[str, object]:
    """What is sent: the note names the gift, the donor's name the branch, so that a leak shows."""
    body = till.gift_body(
        amount=gift.amount,
        note=gift.note,
        donor={"name": f"CANARY {till.slug} {gift.number}", "kind": "household"},
    )
    match gift.flaw:
        case Flaw.AMOUNT:
            body["amount"] = -gift.amount
        case Flaw.FUND:
            body["fund_id"] = str(gift.key)
        case Flaw.DAY:
            body["received_on"] = (today() + timedelta(days=3)).isoformat()
    return body


class _Caller:
    """One client's connection, opened anew whenever it broke."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)

    def post(self, token: str, key: UUID, body: dict[str, object]) -> tuple[int, dict[str, Any]]:
        """Send; status 0 when no whole answer came back."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": str(key),
            "Content-Type": "application/json",
        }
        try:
            self._connection.request("POST", GIFTS, json.dumps(body), headers)
            answer = self._connection.getresponse()
            content = json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            self._connection.close()
            return 0, {}
        return answer.status, content
