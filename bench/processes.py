"""The same work in several processes at once, all beginning together, and its rate."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import Any, Protocol


class Worker(Protocol):
    """One process's work: `prepare` takes what it needs, `once` does one piece."""

    def prepare(self) -> None:
        """Open connections, warm caches; not measured."""

    def once(self) -> None:
        """Do one piece of the work."""


@dataclass(frozen=True, slots=True)
class _Report:
    done: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Where processes wait for each other, and where they report."""

    ready: Barrier
    reports: "SimpleQueue[_Report]"


def rate_in_processes(
    make: Callable[..., Worker], *arguments: Any, processes: int, seconds: float
) -> float:
    """Pieces a second that `processes` workers do together; each is made by `make(*arguments)`.

    Raises RuntimeError when one of them fails.
    """
    context = multiprocessing.get_context("spawn")
    reports: SimpleQueue[_Report] = context.SimpleQueue()
    meeting = _Meeting(context.Barrier(processes), reports)
    started = [
        context.Process(
            target=_work, args=(make, arguments), kwargs={"meeting": meeting, "seconds": seconds}
        )
        for _ in range(processes)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    if any(process.exitcode for process in started):
        raise RuntimeError("a process of the measurement failed; its message is above")
    return sum(report.done / report.seconds for report in (reports.get() for _ in started))


def _work(
    make: Callable[..., Worker], arguments: tuple[Any, ...], *, meeting: _Meeting, seconds: float
) -> None:
    worker = make(*arguments)
    worker.prepare()
    meeting.ready.wait(timeout=60)
    started, done = time.perf_counter(), 0
    while (lasted := time.perf_counter() - started) < seconds:
        worker.once()
        done += 1
    meeting.reports.put(_Report(done, lasted))
