"""Carries out the planned faults, by kill -9, on processes of this run alone."""

import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import redis

from bench.chaos.plan import Fault, Target
from bench.chaos.stack import Process, Stack
from config.local.ports import wait_until

ALIVE_SECONDS = 15.0
_MAIN = {
    Target.WEB: "web",
    Target.WORKER: "worker",
    Target.BEAT: "beat",
    Target.POSTGRES: "postgres",
    Target.VALKEY: "valkey",
}
_BELOW = {
    Target.WEB_PROCESS: "web",
    Target.WORKER_PROCESS: "worker",
    Target.POSTGRES_PROCESS: "postgres",
}


@dataclass(slots=True)
class Faults:
    """A thread that follows the plan; `back` tells after how many seconds a main was there."""

    stack: Stack
    planned: Sequence[Fault]
    chance: random.Random
    done: list[Target] = field(default_factory=list)
    back: dict[Target, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    last_at: float = 0.0
    _thread: threading.Thread | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin; the seconds of the plan count from now."""
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the last fault."""
        if self._thread is not None:
            self._thread.join()

    def is_going_on(self) -> bool:
        """Whether faults are still to come."""
        return self._thread is not None and self._thread.is_alive()

    def end(self) -> None:
        """Let the remaining faults be."""
        self._ended.set()
        self.join()

    def _follow(self) -> None:
        started = time.monotonic()
        for fault in self.planned:
            if self._ended.wait(max(0.0, started + fault.at - time.monotonic())):
                return
            if self._cause(fault.target):
                self.done.append(fault.target)
                self.last_at = time.monotonic()

    def _cause(self, target: Target) -> bool:
        if target is Target.QUEUE:
            return self._flush()
        if target in _MAIN:
            return self._kill_main(target, _MAIN[target])
        return self._kill_below(_BELOW[target])

    def _kill_main(self, target: Target, name: str) -> bool:
        victim = self._alive(name)
        if victim is None:
            self.failures.append(f"{name} was not there for {ALIVE_SECONDS:.0f} s")
            return False
        killed_at = time.monotonic()
        _kill(victim)

        def is_back() -> bool:
            found = self.stack.main_process(name)
            return found is not None and found.pid != victim.pid

        if not wait_until(is_back, seconds=ALIVE_SECONDS):
            self.failures.append(f"{name} was not started again in {ALIVE_SECONDS:.0f} s")
        self.back.setdefault(target, []).append(time.monotonic() - killed_at)
        return True

    def _kill_below(self, name: str) -> bool:
        """Kill one of the processes below; a main that has none yet dies itself instead."""
        below = self.stack.below(name)
        victim = self.chance.choice(below) if below else self._alive(name)
        if victim is None:
            self.failures.append(f"{name} was not there for {ALIVE_SECONDS:.0f} s")
            return False
        _kill(victim)
        return True

    def _alive(self, name: str) -> Process | None:
        wait_until(lambda: self.stack.main_process(name) is not None, seconds=ALIVE_SECONDS)
        return self.stack.main_process(name)

    def _flush(self) -> bool:
        """Empty the queue; while Valkey is down, wait for it."""
        deadline = time.monotonic() + ALIVE_SECONDS
        while time.monotonic() < deadline:
            try:
                with redis.Redis.from_url(
                    self.stack.settings.redis_url, socket_timeout=2, socket_connect_timeout=1
                ) as queue:
                    queue.flushall()
            except redis.RedisError:
                time.sleep(0.1)
            else:
                return True
        self.failures.append("Valkey could not be flushed")
        return False


def _kill(victim: Process) -> None:
    try:
        os.kill(victim.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself just now: as good as killed
