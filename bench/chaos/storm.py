"""The storm: gifts from many clients while everything below them is killed, and then the proof."""

import random
import time
from collections import Counter
from dataclasses import dataclass

from bench.chaos.client import Clients
from bench.chaos.faults import Faults
from bench.chaos.oracle import Oracle
from bench.chaos.plan import storm_plan
from bench.chaos.sabotage import Sabotage, apply
from bench.chaos.stack import Stack, forget_connections
from bench.chaos.verdict import (
    Verdict,
    judge_books,
    judge_invariants,
    judge_outbox,
    judge_outcomes,
    judge_rendering,
    judge_replay,
    kept_gifts,
)
from bench.fixtures import officer_token, open_tills
from bench.product import is_ready
from config.local.ports import wait_until

BRANCHES, CLIENTS = 126, 32
RESOLVED_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a storm is; a fault comes every `pace` seconds on average."""

    gifts: int = 3000
    kills: int = 60
    flushes: int = 5
    pace: float = 2.2


def storm(stack: Stack, seed: int, scale: Scale, *, sabotage: Sabotage | None) -> Verdict:
    """Storm the running product by the plan of `seed`, and judge what is left."""
    with stack.application.app_context():
        tills, officer = open_tills(BRANCHES), officer_token()
    if sabotage is not None:
        apply(sabotage, stack)
    forget_connections(stack)
    plan = storm_plan(
        seed,
        gifts=scale.gifts,
        kills=scale.kills,
        flushes=scale.flushes,
        branches=BRANCHES,
        pace=scale.pace,
    )
    keeps_keys = sabotage is not Sabotage.NO_IDEMPOTENCY_KEY
    clients = Clients(stack.settings.port, tills, keeps_keys=keeps_keys)
    faults = Faults(stack, plan.faults, random.Random(seed))
    oracle = Oracle(stack, tills[0])
    with oracle.watching():
        clients.start(plan.gifts, count=CLIENTS)
        faults.start()
        _until_over(faults, oracle)
        last_fault = time.monotonic()
        clients.join(seconds=RESOLVED_SECONDS)
        wait_until(lambda: is_ready(stack.settings.port), seconds=30)
    _tell(faults, time.monotonic() - last_fault)
    verdict = Verdict()
    verdict.find("every planned fault came, and what was killed came back", faults.failures)
    judge_invariants(verdict, oracle.violations, samples=oracle.samples, missed=oracle.missed)
    with stack.connect() as connection:
        kept = kept_gifts(connection)
    judge_outcomes(verdict, clients.outcomes, kept)
    if oracle.broken.is_set():
        return verdict  # it was cut short: the rest would say nothing
    judge_replay(verdict, stack.settings.port, clients.outcomes)
    judge_rendering(verdict, stack, since=faults.last_at)
    judge_books(verdict, stack, officer, kept)
    judge_outbox(verdict, stack)
    return verdict


def _until_over(faults: Faults, oracle: Oracle) -> None:
    """Wait for the last fault; what is broken already needs no more of them."""
    while faults.is_going_on():
        if oracle.broken.wait(0.2):
            faults.end()


def _tell(faults: Faults, resolved_after: float) -> None:
    hits = ", ".join(f"{target} {count}" for target, count in Counter(faults.done).items())
    print(f"  {len(faults.done)} faults: {hits}")
    slowest = ", ".join(f"{target} {max(times):.1f}" for target, times in faults.back.items())
    print(f"  started again after at most (s): {slowest}")
    print(f"  all sends resolved {resolved_after:.1f} s after the last fault", flush=True)
