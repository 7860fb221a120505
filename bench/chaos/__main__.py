"""`make chaos`: storms the running product, prints its seed, and ends with 0 only if all holds.

CHAOS_SEED=n repeats a plan; CHAOS_GIFTS and CHAOS_KILLS change its size.
"""

import argparse
import sys
import time
from collections.abc import Callable

from bench.chaos.numbering import numbering, same_request
from bench.chaos.sabotage import Sabotage
from bench.chaos.stack import Stack, running_stack
from bench.chaos.storm import Scale, storm
from bench.chaos.verdict import Verdict
from bench.machine import chosen_seed, chosen_size, this_machine

NUMBERED = 10_000
# A sabotaged run must show its fault in a fraction of the time.
SMALL = Scale(gifts=800, kills=20, flushes=1, pace=1.8)


def main() -> int:
    """Run what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--numbering", action="store_true", help="64 clients, no faults")
    kinds.add_argument("--same-request", action="store_true", help="one request ten times at once")
    parser.add_argument("--sabotage", type=Sabotage, choices=list(Sabotage), default=None)
    asked = parser.parse_args()
    return _run(_chosen(asked), asked.sabotage)


def _chosen(asked: argparse.Namespace) -> Callable[[Stack], Verdict]:
    sabotage: Sabotage | None = asked.sabotage
    if asked.numbering:
        gifts = chosen_size("CHAOS_GIFTS", 2000 if sabotage else NUMBERED)
        return lambda stack: numbering(stack, gifts, sabotage=sabotage)
    if asked.same_request:
        return lambda stack: same_request(stack, sabotage=sabotage)
    default = SMALL if sabotage else Scale()
    scale = Scale(
        gifts=chosen_size("CHAOS_GIFTS", default.gifts),
        kills=chosen_size("CHAOS_KILLS", default.kills),
        flushes=default.flushes,
        pace=default.pace,
    )
    seed = chosen_seed()
    print(f"CHAOS_SEED={seed}   {scale}", flush=True)
    return lambda stack: storm(stack, seed, scale, sabotage=sabotage)


def _run(judged: Callable[[Stack], Verdict], sabotage: Sabotage | None) -> int:
    started = time.monotonic()
    print(", ".join(f"{name} {value}" for name, value in this_machine().items()), flush=True)
    if sabotage:
        print(f"Sabotaged by {sabotage}: this run must fail.", flush=True)
    with running_stack() as stack:
        verdict = judged(stack)
        _stop(stack, verdict)
    print(f"{time.monotonic() - started:.0f} s")
    for failure in verdict.failures:
        print(f"FAILED: {failure}", flush=True)
    if verdict.holds:
        print("Nothing was lost, nothing was doubled.", flush=True)
    return 0 if verdict.holds else 1


def _stop(stack: Stack, verdict: Verdict) -> None:
    what = "interrupted, it is gone with all its processes within 15 s"
    try:
        seconds = stack.stop()
    except TimeoutError as error:
        verdict.find(what, [error])
    else:
        verdict.find(what, [], seen=f"{seconds:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
