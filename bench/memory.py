"""G11: what web, worker and beat take at rest, counted so that shared pages count once."""

import time
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Bar, Figure
from bench.fixtures import open_tills
from bench.gifts import post_gifts
from bench.product import serving, tree_of
from bench.stage import Stage

SETTLE_SECONDS = 8.0


def at_rest(stage: Stage) -> Sequence[Figure]:
    """G11: proportional set size of all processes, some gifts and receipts after the start."""
    with stage.application.app_context():
        tills = open_tills(20)
    with serving(stage, "web", "worker", "beat") as pids:
        post_gifts(stage, tills, connections=4, seconds=2)
        time.sleep(SETTLE_SECONDS)
        sizes = {name: sum(map(pss_mb, tree_of(pid))) for name, pid in pids.items()}
    parts: dict[str, float | str] = {f"{name} MB": size for name, size in sizes.items()}
    return [
        Figure(
            goal="G11",
            what="memory of web + worker + beat at rest (PSS)",
            value=sum(sizes.values()),
            unit="MB",
            side=Bar.AT_MOST,
            bar=700,
            parts=parts,
        )
    ]


def pss_mb(pid: int) -> float:
    """Proportional set size of a process, in MB of 1,024 kB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(pid)
