"""The bell: after a commit it asks the worker to look at once, instead of at the next beat.

It never delays or fails the request that rings it: a thread of its own does the publishing, rings
that come close together are one, and a dead Redis is only logged, for beat sweeps anyway.
"""

import threading
from typing import Final

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from config.celery import celery_options
from config.settings import Settings

log = structlog.get_logger()

AFTER_COMMIT: Final = ("rollups.fold", "relay.sweep")
PAUSE_SECONDS: Final = 0.1
PAUSE_WHEN_DOWN_SECONDS: Final = 2.0


class Bell:
    """Callable from any thread; its own thread starts at the first ring, so after any fork."""

    def __init__(self, celery: Celery) -> None:
        self._celery = celery
        self._rung = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        """Ring; returns at once."""
        if self._thread is None:
            self._start()
        self._rung.set()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)
                self._thread.start()

    def _listen(self) -> None:
        quiet = threading.Event()
        while True:
            self._rung.wait()
            self._rung.clear()
            quiet.wait(PAUSE_SECONDS if self._publish() else PAUSE_WHEN_DOWN_SECONDS)

    def _publish(self) -> bool:
        try:
            for task in AFTER_COMMIT:
                self._celery.send_task(task, expires=10)
        except (OperationalError, OSError) as error:
            log.warning("bell_unheard", kind=type(error).__name__)
            return False
        return True


def bell_for(settings: Settings) -> Bell:
    """A bell for a process that is no worker: a Celery client without tasks."""
    celery = Celery("quy-khuyen-hoc")
    celery.conf.update(celery_options(settings))
    return Bell(celery)
