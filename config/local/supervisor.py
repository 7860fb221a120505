"""Runs supervisord, starts it again when it dies itself, and sees that nothing outlives it."""

import signal
import subprocess
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

from config.local.orphans import end_orphans, kill_orphans
from config.local.ports import wait_until
from config.local.process import last_lines
from config.local.tether import tethered
from config.settings import PROJECT_ROOT, Settings

_READY_SECONDS = 60.0
_STOP_SECONDS = 13.0
_SHORTEST_LIFE_SECONDS = 2.0


class SupervisionError(Exception):
    """The processes cannot be kept running; the message says where to look."""


class Supervisor:
    """A running supervisord; leaving the block stops it and everything it started."""

    def __init__(self, settings: Settings, configuration: Path) -> None:
        """Remember what to run; the block starts it."""
        self._settings = settings
        self._configuration = configuration

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        kill_orphans(self._settings.home)

    def wait_until_ready(self) -> None:
        """Wait until gifts can be recorded; raises SupervisionError after a minute."""
        if not wait_until(self._is_ready_or_gone, seconds=_READY_SECONDS) or self._is_gone():
            log = self._settings.home / "log" / "web.log"
            raise SupervisionError(f"The page did not come up. The end of {log}:\n{_end_of(log)}")

    def keep_running(self) -> None:
        """Never return: start supervisord again whenever it dies, after ending its orphans."""
        while True:
            self._process.wait()
            if time.monotonic() - self._started < _SHORTEST_LIFE_SECONDS:
                log = self._settings.home / "log" / "supervisor.log"
                raise SupervisionError(f"supervisord cannot run. The end of {log}:\n{_end_of(log)}")
            end_orphans(self._settings.home)
            self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        program = str(Path(sys.executable).parent / "supervisord")
        self._process = subprocess.Popen(
            tethered([program, "-c", str(self._configuration)]),
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # the terminal's Ctrl-C is for us; we stop it in order
        )

    def _is_gone(self) -> bool:
        return self._process.poll() is not None

    def _is_ready_or_gone(self) -> bool:
        return self._is_gone() or self._is_ready()

    def _is_ready(self) -> bool:
        connection = HTTPConnection(_reachable(self._settings.host), self._settings.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _reachable(host: str) -> str:
    """Return an address at which a server listening on `host` answers."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)


def _end_of(log: Path) -> str:
    return last_lines(log) if log.exists() else "    (nothing was written)"
