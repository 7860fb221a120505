"""The product under fire: `make run`'s own supervisor, in a KH_HOME of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask

from app.db.base import close_connections
from app.factory import create_app
from bench.machine import environment_for, settings_for
from bench.product import is_ready
from config.local.ports import free_port, wait_until
from config.local.process import last_lines
from config.local.record import (
    APPLICATION,
    SUPERUSER,
    PostgresRecord,
    read_record,
    with_local_servers,
)
from config.local.tether import MARK
from config.settings import PROJECT_ROOT, Settings

_START_SECONDS = 90.0
STOP_SECONDS = 15.0
# How `make run` names the main process of each program on its command line.
_NAMES = {
    "web": ("granian",),
    "worker": ("celery", "worker"),
    "beat": ("celery", "beat"),
    "postgres": ("postgres", "-D"),
    "valkey": ("valkey.conf",),
}


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the run: pid, its parent's, and its command line."""

    pid: int
    parent: int
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running product that nobody else uses."""

    settings: Settings
    postgres: PostgresRecord
    process: subprocess.Popen[bytes]
    application: Flask

    def connect(self, role: str = SUPERUSER) -> psycopg.Connection:
        """Open a connection; OperationalError while the server is down."""
        return psycopg.connect(self.postgres.url(role), connect_timeout=3)

    def as_application(self) -> psycopg.Connection:
        """Open a connection with the rights of the product."""
        return self.connect(APPLICATION)

    def processes(self) -> list[Process]:
        """Every process that belongs to this run, and to no other."""
        return processes_of(self.settings.home)

    def main_process(self, name: str) -> Process | None:
        """The process that the supervisor started as web, worker, beat, postgres or valkey."""
        found = self.processes()
        supervisors = {p.pid for p in found if any("supervisord" in part for part in p.command)}
        for process in found:
            if process.parent in supervisors and _is_called(process, _NAMES[name]):
                return process
        return None

    def below(self, name: str) -> list[Process]:
        """The processes that a main process started itself."""
        main = self.main_process(name)
        return [] if main is None else [p for p in self.processes() if p.parent == main.pid]

    def flask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the product's own commands."""
        settings = self.settings
        return subprocess.run(
            [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", *arguments],
            cwd=PROJECT_ROOT,
            env=environment_for(settings.home, settings.port),
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def stop(self) -> float:
        """Interrupt it as Ctrl-C does; return after how many seconds the last process was gone.

        Raises TimeoutError, and ends what is left, when that takes longer than it may.
        """
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        home = self.settings.home
        is_gone = wait_until(
            lambda: self.process.poll() is not None and not processes_of(home),
            seconds=STOP_SECONDS,
        )
        if not is_gone:
            left = [" ".join(p.command)[:100] for p in processes_of(home)]
            end_all(self.process, home)
            raise TimeoutError(f"after {STOP_SECONDS:.0f} s there were still {left}")
        return time.monotonic() - started


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Run the product for the block, without demonstration; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="kh-chaos-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711 if os.geteuid() == 0 else 0o700)
        settings = settings_for(Path(name) / "home", free_port())
        log = Path(name) / "stack.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "config.local.stack"],
                cwd=PROJECT_ROOT,
                # MAKELEVEL: it ends with us, however we end.
                env=environment_for(settings.home, settings.port) | {"MAKELEVEL": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield _ready(settings, process, log)
        finally:
            end_all(process, settings.home)


def end_all(process: subprocess.Popen[bytes], home: Path) -> None:
    """End the run at once, with every process that belongs to it."""
    if process.poll() is None:
        process.terminate()
        wait_until(lambda: process.poll() is not None, seconds=STOP_SECONDS)
        process.kill()
        process.wait()
    for left in processes_of(home):
        try:
            os.kill(left.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def processes_of(home: Path) -> list[Process]:
    """Every process whose environment says that it belongs to the run on `home`, or one above it.

    PostgreSQL's backends write their titles over their environment; they are known by the parent.
    """
    mark = f"{MARK}={home}".encode()
    ours: dict[int, Process] = {}
    others: list[Process] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (entry / "cmdline").read_text(errors="replace").split("\0")
            is_marked = mark in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended just now, or is not ours
        if state != "Z":
            process = Process(int(entry.name), int(parent), tuple(command))
            if is_marked:
                ours[process.pid] = process
            else:
                others.append(process)
    return [*ours.values(), *(process for process in others if process.parent in ours)]


def _is_called(process: Process, words: tuple[str, ...]) -> bool:
    line = " ".join(process.command)
    return all(word in line for word in words)


def _ready(settings: Settings, process: subprocess.Popen[bytes], log: Path) -> Stack:
    def is_up_or_gone() -> bool:
        return process.poll() is not None or is_ready(settings.port)

    if not wait_until(is_up_or_gone, seconds=_START_SECONDS) or process.poll() is not None:
        raise RuntimeError(f"the product did not start:\n{last_lines(log)}")
    record = read_record(settings.home)
    if record is None or record.postgres is None:
        raise RuntimeError("the product keeps no record of its database")
    complete = with_local_servers(settings)
    return Stack(complete, record.postgres, process, create_app(complete))


def forget_connections(stack: Stack) -> None:
    """Let go of our own pooled connections before the server is killed under them."""
    with stack.application.app_context():
        close_connections()
