"""The product's own processes, started by the very commands of `make run`."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.machine import environment_for
from bench.stage import Stage
from config.local.ports import wait_until
from config.local.process import last_lines
from config.local.supervision import Program, product_programs
from config.settings import PROJECT_ROOT

_START_SECONDS = 40.0
_STOP_SECONDS = 10.0


@contextmanager
def serving(stage: Stage, *names: str) -> Iterator[dict[str, int]]:
    """Run web, worker or beat for the block, and hand over their pids by name, once all work."""
    programs = {program.name: program for program in product_programs(stage.settings)}
    with ExitStack() as stack:
        pids = {name: stack.enter_context(_running(stage, programs[name])) for name in names}
        for name in names:
            _await(stage, name)
        yield pids


def log_of(stage: Stage, name: str) -> Path:
    """Where a process of the stage writes."""
    return stage.settings.home / "log" / f"bench-{name}.log"


@contextmanager
def _running(stage: Stage, program: Program) -> Iterator[int]:
    settings = stage.settings
    with log_of(stage, program.name).open("wb") as log:
        process = subprocess.Popen(
            program.command,
            cwd=PROJECT_ROOT,
            env=environment_for(settings.home, settings.port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(stage: Stage, name: str) -> None:
    is_up = {
        "web": lambda: is_ready(stage.settings.port),
        "worker": lambda: b" ready." in log_of(stage, "worker").read_bytes(),
        "beat": lambda: b"beat: Starting" in log_of(stage, "beat").read_bytes(),
    }[name]
    if not wait_until(is_up, seconds=_START_SECONDS):
        raise RuntimeError(f"{name} did not start:\n{last_lines(log_of(stage, name))}")


def is_ready(port: int) -> bool:
    """Whether gifts can be recorded at this port now."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def tree_of(pid: int) -> list[int]:
    """A process and all below it that live now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it ended just now
        parent = int(status.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return [one for one in found if os.path.exists(f"/proc/{one}")]  # noqa: PTH110 (hot loop)
