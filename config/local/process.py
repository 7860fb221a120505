"""Runs one server for as long as a block lasts."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.local.binaries import ServerUnavailableError
from config.local.ports import wait_until
from config.settings import PROJECT_ROOT

_LAST_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How to start, ask and stop one server."""

    name: str
    command: list[str]
    is_ready: Callable[[], bool]
    stop_signal: signal.Signals
    log: Path
    start_seconds: float = 60.0  # a recovery after a crash may take its time
    stop_seconds: float = 10.0


@contextmanager
def running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """Start the server, wait until it answers, and stop it at the end of the block.

    Raises ServerUnavailableError, with the end of the log, when it does not come up.
    """
    with server.log.open("ab") as log:
        process = subprocess.Popen(
            server.command,
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # the terminal's Ctrl-C is for us, not for the server
        )
    try:
        _await(server, process)
        yield process
    finally:
        _stop(server, process)


def _await(server: Server, process: subprocess.Popen[bytes]) -> None:
    def answers_or_is_gone() -> bool:
        return process.poll() is not None or server.is_ready()

    came = wait_until(answers_or_is_gone, seconds=server.start_seconds)
    if not came or process.poll() is not None:
        raise ServerUnavailableError(
            f"{server.name} did not start. The end of {server.log}:\n{last_lines(server.log)}"
        )


def _stop(server: Server, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(server.stop_signal)
    try:
        process.wait(server.stop_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_lines(log: Path) -> str:
    """Return the end of a log, for a person to read."""
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 8_192))
        lines = file.read().decode("utf-8", "replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-_LAST_LINES:])
