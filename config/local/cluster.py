"""Servers for one test run: made, started, stopped and removed by a `with` block."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.local.postgres import (
    Durability,
    create_database,
    postgres_server,
    set_up_postgres,
)
from config.local.process import running
from config.local.record import APPLICATION, DATABASE, OWNER, SUPERUSER, PostgresRecord
from config.local.valkey import set_up_valkey, valkey_process


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL with the product's roles and its empty database."""

    record: PostgresRecord

    def superuser_url(self, database: str = DATABASE) -> str:
        """Return the address of the role that may do everything."""
        return self.record.url(SUPERUSER, database)

    def owner_url(self, database: str = DATABASE) -> str:
        """Return the address of the role that owns the schema."""
        return self.record.url(OWNER, database)

    def app_url(self, database: str = DATABASE) -> str:
        """Return the address of the role that the application uses."""
        return self.record.url(APPLICATION, database)


@contextmanager
def temporary_cluster(
    path: Path | None = None,
    *,
    durability: Durability = Durability.THROWAWAY,
    chosen_bin: Path | None = None,
) -> Iterator[Cluster]:
    """Run a PostgreSQL of its own, under `path` or a new temporary directory, for the block."""
    with _directory(path) as home:
        record = set_up_postgres(home / "postgres", chosen_bin=chosen_bin, durability=durability)
        server = postgres_server(record, log=home / "postgres.log", durability=durability)
        try:
            with running(server):
                create_database(record)
                yield Cluster(record)
        finally:
            shutil.rmtree(record.data, ignore_errors=True)


@contextmanager
def temporary_valkey(path: Path | None = None) -> Iterator[str]:
    """Run a Valkey of its own for the block, and hand over its address."""
    with _directory(path) as home:
        record = set_up_valkey(home / "valkey")
        with running(valkey_process(record, log=home / "valkey.log")):
            yield record.url


@contextmanager
def _directory(path: Path | None) -> Iterator[Path]:
    """Use the given directory, or a new one that a server under another name may enter."""
    if path is not None:
        path.mkdir(parents=True, exist_ok=True)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="kh-") as name:
        if os.geteuid() == 0:
            Path(name).chmod(0o711)
        yield Path(name)
