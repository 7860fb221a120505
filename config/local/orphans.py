"""Ends what an earlier `make run` on the same KH_HOME left behind when it was killed.

On Linux each process of a run carries KH_HOME in its environment, so nothing foreign is ever
hit and nothing of ours is missed. Elsewhere the command line is asked for the path.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from config.local.ports import wait_until
from config.local.tether import MARK

_POLITE_SECONDS = 10.0
_KILL_SECONDS = 5.0


def end_orphans(home: Path) -> int:
    """End every process of an earlier run, politely first; return how many there were."""
    found = _processes_of(home)
    _send(found, signal.SIGTERM)
    if not _are_gone(home, _POLITE_SECONDS):
        kill_orphans(home)
    return len(found)


def kill_orphans(home: Path) -> None:
    """End every process of a run at once; all of them are safe to kill."""
    _send(_processes_of(home), signal.SIGKILL)
    _are_gone(home, _KILL_SECONDS)


def _are_gone(home: Path, seconds: float) -> bool:
    return wait_until(lambda: not _processes_of(home), seconds=seconds)


def _send(pids: list[int], signal_number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            continue


def _processes_of(home: Path) -> list[int]:
    found = _marked(home) if sys.platform == "linux" else _named(home)
    return [pid for pid in found if pid != os.getpid()]


def _marked(home: Path) -> list[int]:
    mark = f"{MARK}={home}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue  # it ended just now, or is not ours
    return found


def _named(home: Path) -> list[int]:
    answer = subprocess.run(
        ["/bin/ps", "-axo", "pid=,command="], check=True, capture_output=True, text=True
    )
    lines = [line.split(maxsplit=1) for line in answer.stdout.splitlines()]
    return [int(pid) for pid, command in lines if f"{home}/" in command]
