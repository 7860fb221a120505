"""A real broker and a real worker, which is started again when it dies, as supervisord does it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from config.celery import PAPERS, QUEUE
from config.local.cluster import temporary_valkey
from config.local.ports import wait_until
from config.settings import PROJECT_ROOT, Settings
from worker.bell import bell_for

CELERY = Path(sys.executable).with_name("celery")
OPTIONS = ("--concurrency", "1", "--queues", f"{QUEUE},{PAPERS}", "--without-mingle")
PATIENCE_SECONDS = 40.0


class RealWorker:
    """A worker and its broker, reached by `broker`."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings, self.log = settings, log
        self.broker = redis.Redis.from_url(settings.redis_url)
        self.bell = bell_for(settings)
        self.process: subprocess.Popen[bytes] | None = None

    def brings_about(self, is_true: Callable[[], bool]) -> bool:
        """Ring for the worker, alive or started again, until it has done what is asked for."""

        def is_done() -> bool:
            self.keep_alive()
            self.bell()
            return is_true()

        return wait_until(is_done, seconds=PATIENCE_SECONDS)

    def keep_alive(self) -> None:
        """Start it, or start it again."""
        if self.process is not None and self.process.poll() is None:
            return
        told = self.settings
        environment = os.environ | {  # noqa: TID251 (a child's)
            "KH_HOME": str(told.home),
            "DATABASE_URL": told.database_url,
            "DATABASE_OWNER_URL": told.database_owner_url,
            "REDIS_URL": told.redis_url,
            "SECRET_KEY": told.secret_key,
        }
        command = [str(CELERY), "-A", "worker.celery_app", "worker", *OPTIONS]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log
            )

    def stop(self) -> None:
        """End it as the supervisor does: asked first, killed when it does not go."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.broker.close()


@pytest.fixture(scope="module")
def real_worker(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealWorker]:
    """A worker on the tests' database, with a Valkey of its own."""
    home = tmp_path_factory.mktemp("worker")
    with temporary_valkey(home) as url:
        worker = RealWorker(replace(settings, redis_url=url), home / "worker.log")
        yield worker
        worker.stop()
