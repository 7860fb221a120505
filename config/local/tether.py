"""Ties a process to its parent: when the parent dies, however it dies, so does the process.

`python -m config.local.tether CMD…` runs a program so; the processes it starts in turn call
`die_with_parent()`. The kernel keeps this promise on Linux only; elsewhere nothing is tied.
"""

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

from config.local.identity import Identity

TETHER = "KH_TETHER"  # pid of the nearest ancestor that was started by this module
MARK = "KH_STACK"  # names the KH_HOME whose `make run` started a process
_PR_SET_PDEATHSIG = 1
# A server that runs as somebody else gets no other variable: some hold secrets.
_PASSED_ON = (TETHER, MARK, "PATH", "LD_LIBRARY_PATH", "TMPDIR")


def die_with_parent() -> None:
    """Ask to be killed with the parent; does nothing in a process that `make run` did not start.

    A parent that died before the call is noticed too.
    """
    main_process = os.environ.get(TETHER)
    if main_process is None or int(main_process) == os.getpid():
        return
    _tie(signal.SIGKILL)
    if _is_orphan():
        os.kill(os.getpid(), signal.SIGKILL)


def tie_to_parent(signal_number: signal.Signals) -> None:
    """Have the kernel send us this signal when the parent dies."""
    parent = os.getppid()
    _tie(signal_number)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal_number)


def tethered(
    command: list[str],
    *,
    with_signal: signal.Signals = signal.SIGTERM,
    identity: Identity | None = None,
) -> list[str]:
    """Return the command line that runs `command` tied to its parent; run it in PROJECT_ROOT."""
    options = ["--signal", with_signal.name]
    if identity is not None:
        options += ["--as", str(identity)]
    return [sys.executable, "-m", "config.local.tether", *options, "--", *command]


def _tie(signal_number: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)


def _is_orphan() -> bool:
    """Tell whether the tethered process we descend from is gone, as far as the system can say."""
    main_process = os.environ.get(TETHER)
    if sys.platform != "linux" or main_process is None:
        return False
    return int(main_process) not in _ancestors()


def _ancestors() -> set[int]:
    found: set[int] = set()
    pid = os.getppid()
    while pid > 1 and pid not in found:
        found.add(pid)
        pid = _parent_of(pid)
    return found


def _parent_of(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[1])


def _main() -> None:
    parser = argparse.ArgumentParser(description="Run a program that dies with its parent.")
    parser.add_argument("--signal", default="SIGTERM", help="sent to it when the parent dies")
    parser.add_argument("--as", dest="identity", help="an identity of config.local.identity")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    if _is_orphan():
        return
    environment = os.environ | {TETHER: str(os.getpid())}
    if arguments.identity is not None:
        environment = {name: environment[name] for name in _PASSED_ON if name in environment}
        Identity.parse(arguments.identity).assume()
        os.chdir("/")
    # After the change of identity, which would undo it.
    tie_to_parent(signal.Signals[arguments.signal])
    os.execvpe(arguments.command[0], arguments.command, environment)  # noqa: S606


if __name__ == "__main__":
    _main()
