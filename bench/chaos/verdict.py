"""What is proven when the storm is over: findings, one sentence each, that hold or do not."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from app.storage import FileStore
from bench.chaos.client import Outcome, State, body_of
from bench.chaos.stack import Stack
from bench.fixtures import GIFTS
from bench.load import request, send_all
from config.local.ports import wait_until

FOLD_SECONDS = 20.0
RENDERED_SECONDS = 60.0


@dataclass(slots=True)
class Verdict:
    """Findings in the order in which they were made."""

    failures: list[str] = field(default_factory=list)

    def find(self, what: str, wrong: Iterable[object], *, seen: str = "") -> None:
        """Tell that `what` holds, or the first few things that are wrong with it."""
        found = [str(one) for one in wrong]
        mark = "FAIL" if found else "ok  "
        print(f"  {mark} {what}{f' ({seen})' if seen else ''}", flush=True)
        for one in found[:5]:
            print(f"         {one}", flush=True)
        if found:
            self.failures.append(f"{what}: {len(found)}, such as {found[0]}")

    @property
    def holds(self) -> bool:
        """Whether nothing was wrong."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class Kept:
    """A gift as the database has it."""

    id: UUID
    branch_id: UUID
    amount: int
    note: str
    number: int
    series: str
    verify_code: str


def kept_gifts(connection: psycopg.Connection) -> Sequence[Kept]:
    """Every gift with its receipt, of all branches."""
    rows = connection.execute(
        "SELECT d.id, d.branch_id, d.amount, d.note, r.number,"
        " concat_ws('/', r.kind, r.fiscal_year, r.book), r.verify_code"
        " FROM donations d JOIN receipts r ON r.branch_id = d.branch_id AND r.donation_id = d.id"
    )
    return [Kept(*row) for row in rows]


def judge_outcomes(verdict: Verdict, outcomes: Sequence[Outcome], kept: Sequence[Kept]) -> None:
    """Acked ⊆ database, refused ∩ database = ∅, each gift at most once, and nothing unasked."""
    by_note: dict[str, list[Kept]] = {}
    for gift in kept:
        by_note.setdefault(gift.note, []).append(gift)
    states = Counter(outcome.state for outcome in outcomes)
    unknowns = sum(outcome.unknowns for outcome in outcomes)
    seen = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    verdict.find(
        "every send was resolved",
        [o.gift.note for o in outcomes if o.state is State.UNKNOWN],
        seen=f"{seen}; {unknowns} tries of unknown outcome",
    )
    acked = [o for o in outcomes if o.state is State.ACKED]
    verdict.find("no acknowledged gift is lost", _lost(acked, by_note))
    verdict.find(
        "no gift is doubled",
        [f"{note} is there {len(same)} times" for note, same in by_note.items() if len(same) > 1],
    )
    refused = {o.gift.note for o in outcomes if o.state is State.REFUSED}
    verdict.find("nothing refused is in the book", sorted(refused & by_note.keys()))
    judged = {outcome.gift.note for outcome in outcomes}
    verdict.find("nothing is in the book that nobody sent", sorted(by_note.keys() - judged))
    verdict.find("exactly the gifts with a flaw were refused", _misjudged(outcomes))


def _lost(acked: Sequence[Outcome], by_note: Mapping[str, Sequence[Kept]]) -> list[str]:
    """Acknowledged gifts that are absent, or are kept otherwise than they were acknowledged."""
    wrong = []
    for outcome in acked:
        told = outcome.answer
        receipt = told["receipt"]
        expected = Kept(
            UUID(told["id"]),
            outcome.till.branch_id,
            outcome.gift.amount,
            outcome.gift.note,
            receipt["number"],
            receipt["series"],
            receipt["verify_code"],
        )
        if expected not in by_note.get(outcome.gift.note, ()):
            wrong.append(f"{expected} was acknowledged")
    return wrong


def _misjudged(outcomes: Sequence[Outcome]) -> list[str]:
    wanted = {True: State.REFUSED, False: State.ACKED}
    return [
        f"{o.gift.note}, flaw {o.gift.flaw}, was {o.state} by {o.status}"
        for o in outcomes
        if o.state not in {State.UNKNOWN, wanted[o.gift.flaw is not None]}
    ]


def judge_replay(verdict: Verdict, port: int, outcomes: Sequence[Outcome]) -> None:
    """Sent once more, a day later as it were: the same answers, and nothing new."""
    acked = [o for o in outcomes if o.state is State.ACKED]
    load = send_all(port, [_again(outcome) for outcome in acked], connections=8)
    wrong = [
        f"{acked[answer.place].gift.note}: {answer.status} {answer.body[:200]!r}"
        for answer in load.answers
        if answer.status != 200 or answer.json() != acked[answer.place].answer  # noqa: PLR2004
    ]
    verdict.find("a repeated request is answered as the first was", wrong, seen=f"{len(acked)}")


def _again(outcome: Outcome) -> bytes:
    body = body_of(outcome.gift, outcome.till)
    return request("POST", GIFTS, token=outcome.till.token, key=outcome.gift.key, body=body)


def judge_rendering(verdict: Verdict, stack: Stack, since: float) -> None:
    """Every receipt is printed in time, and each file is what its digest says."""

    def waiting() -> int:
        with stack.connect() as connection:
            return _count(
                connection,
                "SELECT count(*) FROM receipts r WHERE NOT EXISTS (SELECT FROM receipt_documents d"
                " WHERE d.branch_id = r.branch_id AND d.receipt_id = r.id)",
            )

    left = max(1.0, since + RENDERED_SECONDS - time.monotonic())
    wait_until(lambda: waiting() == 0, seconds=left)
    lasted, unprinted = time.monotonic() - since, waiting()
    wrong = [f"{unprinted} receipts were not printed"] if unprinted else []
    verdict.find("every receipt was printed in time", wrong, seen=f"{lasted:.1f} s after")
    files = FileStore(stack.settings.home / "files")
    with stack.connect() as connection:
        digests = [row[0] for row in connection.execute("SELECT digest FROM receipt_documents")]
    verdict.find(
        "each paper is the one whose digest is recorded",
        [d for d in digests if hashlib.sha256(_content(files, d)).hexdigest() != d],
        seen=f"{len(digests)} papers",
    )


def judge_books(verdict: Verdict, stack: Stack, officer: str, kept: Sequence[Kept]) -> None:
    """The product's own checks agree, and the city's total is the sum of what was kept."""
    wait_until(lambda: _deltas(stack) == 0, seconds=FOLD_SECONDS)
    for arguments in (("ledger", "check"), ("rollups", "check")):
        answer = stack.flask(*arguments)
        said = (answer.stdout + answer.stderr).strip().splitlines()
        wrong = said if answer.returncode else []
        verdict.find(f"`flask {' '.join(arguments)}` is content", wrong, seen=" ".join(said[-1:]))
    total = city_total(stack.settings.port, officer)
    expected = {"amount": sum(gift.amount for gift in kept), "count": len(kept)}
    wrong_total = [] if total == expected else [f"the city has {total}, the book {expected}"]
    verdict.find("the city's total is right to the đồng", wrong_total, seen=str(expected))


def judge_outbox(verdict: Verdict, stack: Stack) -> None:
    """Nothing waits any more, and nothing was given up."""
    status = json.loads(stack.flask("outbox", "status", "--json").stdout)
    wrong = [f"{name}: {status[name]}" for name in ("waiting", "scheduled", "failed")]
    wrong = [line for line in wrong if not line.endswith(": 0")]
    verdict.find("no fact waits for its consequence", wrong)


def judge_invariants(
    verdict: Verdict, violations: Mapping[str, str], *, samples: int, missed: int
) -> None:
    """What the oracle saw while all this went on."""
    verdict.find(
        "every invariant held in every sample",
        [f"{name}: {example}" for name, example in violations.items()],
        seen=f"{samples} samples, {missed} while the server was down",
    )


def city_total(port: int, officer: str) -> dict[str, Any]:
    """Amount and count of all gifts below the city, as its officer is told."""
    (answer,) = send_all(
        port, [request("GET", "/api/v1/totals?scope=tree", token=officer)], connections=1
    ).answers
    items: Any = answer.json()["items"]
    return {name: sum(item[name] for item in items) for name in ("amount", "count")}


def _deltas(stack: Stack) -> int:
    with stack.connect() as connection:
        return _count(connection, "SELECT count(*) FROM rollup_deltas")


def _count(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def _content(files: FileStore, digest: str) -> bytes:
    try:
        return files.read(digest)
    except FileNotFoundError:
        return b""
