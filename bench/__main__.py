"""`make bench`: prints the performance table and writes var/bench.json.

`python -m bench G1 G7` measures a selection. Ends with status 1 when a figure misses its bar.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from bench.dashboard import dashboard
from bench.figures import Figure, table
from bench.gifts import against_hordak, hot_branch, whole_gift
from bench.machine import this_machine
from bench.memory import at_rest
from bench.receipts import through_the_worker
from bench.rollups import cost_of_totals, freshness
from bench.stage import Stage, stage
from bench.views import public_views
from config.settings import PROJECT_ROOT

# In this order: what fills the database most comes last.
GOALS: Final[dict[str, Callable[[Stage], Sequence[Figure]]]] = {
    "G11": at_rest,
    "G7": freshness,
    "G13": public_views,
    "G5": through_the_worker,
    "G1": whole_gift,
    "G2": against_hordak,
    "G12": hot_branch,
    "G6": cost_of_totals,
    "G8": dashboard,
}
WRITTEN = PROJECT_ROOT / "var" / "bench.json"


def main() -> int:
    """Measure, tell, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("goals", nargs="*", metavar="GOAL", help=", ".join(GOALS))
    asked = parser.parse_args().goals or list(GOALS)
    if unknown := sorted(set(asked) - set(GOALS)):
        parser.error(f"there is no goal {', '.join(unknown)}; there are {', '.join(GOALS)}")
    started = time.monotonic()
    machine = this_machine()
    figures: list[Figure] = []
    with stage() as at_hand:
        machine["postgresql"] = at_hand.server_version()
        print(", ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
        for name, measure in GOALS.items():
            if name in asked:
                found = measure(at_hand)
                print(table(found), flush=True)
                figures += found
    _write(machine, figures)
    print(f"\n{time.monotonic() - started:.0f} s. Ratios hold within this run only; {WRITTEN}")
    return 0 if all(figure.holds for figure in figures) else 1


def _write(machine: dict[str, str | int | float], figures: Sequence[Figure]) -> None:
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "figures": [figure.as_json() for figure in figures],
    }
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
