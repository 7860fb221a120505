"""Brings KH_HOME to the point where the product can be served: servers, schema, demonstration."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from config.local.ports import wait_until
from config.local.postgres import (
    create_database,
    postgres_server,
    remove_stale_lock,
    set_up_postgres,
)
from config.local.process import Server, running
from config.local.record import LocalRecord, new_secret, read_record, write_record
from config.local.tether import tethered
from config.local.valkey import set_up_valkey, valkey_process
from config.settings import PROJECT_ROOT, Settings

_FORMER_RUN_SECONDS = 20.0


class PreparationError(Exception):
    """The product cannot be made ready; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The embedded servers of this run: none where the environment names one elsewhere."""

    record: LocalRecord
    by_name: dict[str, Server]


@contextmanager
def hold_home(home: Path) -> Iterator[None]:
    """Keep KH_HOME to ourselves for the block.

    Waits for a run that is just stopping; raises PreparationError when one goes on.
    """
    _make_directories(home)
    with (home / "run" / "stack.lock").open("ab") as lock:
        if not wait_until(lambda: _locked(lock.fileno()), seconds=_FORMER_RUN_SECONDS):
            raise PreparationError(
                f"Another `make run` works on {home}. Stop it, or choose another KH_HOME and PORT."
            )
        yield


def set_up_servers(settings: Settings) -> Servers:
    """Decide which servers to run here and how, and write it down for everybody to find."""
    home = settings.home
    record = read_record(home) or LocalRecord(secret_key=new_secret())
    by_name: dict[str, Server] = {}
    if not settings.database_url:
        postgres = set_up_postgres(
            home / "postgres", previous=record.postgres, chosen_bin=settings.pg_bin
        )
        remove_stale_lock(postgres)
        record = replace(record, postgres=postgres)
        by_name["postgres"] = postgres_server(postgres, log=home / "log" / "postgres.log")
    if not settings.redis_url:
        valkey = set_up_valkey(home / "valkey", previous=record.valkey)
        record = replace(record, valkey=valkey)
        by_name["valkey"] = valkey_process(valkey, log=home / "log" / "valkey.log")
    write_record(home, record)
    return Servers(record, by_name)


def prepare_database(settings: Settings, servers: Servers) -> None:
    """Bring the schema up to date and, for a demonstration, fill an empty database.

    The embedded servers run for this only; supervised ones take over afterwards.
    """
    if settings.database_url and not settings.database_owner_url:
        raise PreparationError("DATABASE_OWNER_URL is needed beside DATABASE_URL, to migrate.")
    with ExitStack() as stack:
        for server in servers.by_name.values():
            stack.enter_context(running(server))
        if servers.record.postgres is not None and "postgres" in servers.by_name:
            create_database(servers.record.postgres)
        flask("db", "upgrade")
        # The command does nothing to a database with data; asking costs a second, so we remember.
        is_known_as_seeded = servers.record.is_seeded and "postgres" in servers.by_name
        if settings.is_demo and not is_known_as_seeded:
            flask("demo", "seed")
            write_record(settings.home, replace(servers.record, is_seeded=True))


def flask(*arguments: str) -> None:
    """Run one of the product's own commands; raises PreparationError when it fails."""
    answer = subprocess.run(flask_command(*arguments), cwd=PROJECT_ROOT, check=False)
    if answer.returncode != 0:
        raise PreparationError(f"`flask {' '.join(arguments)}` failed; its message is above.")


def flask_command(*arguments: str) -> list[str]:
    """Return the command line of one of the product's own commands, to run in PROJECT_ROOT."""
    program = str(Path(sys.executable).parent / "flask")
    return tethered([program, "--app", "wsgi", *arguments])


def _make_directories(home: Path) -> None:
    if not home.exists():
        home.mkdir(parents=True)
        # As root the database server runs as somebody else, who must be able to pass through.
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for name in ("run", "log"):
        (home / name).mkdir(mode=0o700, exist_ok=True)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
