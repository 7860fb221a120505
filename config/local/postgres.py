"""The embedded PostgreSQL: its cluster, its settings, its roles and its one database."""

import locale
import signal
import subprocess
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import psycopg
from psycopg import sql

from config.local.binaries import ServerUnavailableError, postgres_bins, postgres_major
from config.local.place import Place, find_place, is_made
from config.local.ports import LOOPBACK, free_port
from config.local.process import Server
from config.local.record import (
    APPLICATION,
    DATABASE,
    OWNER,
    SUPERUSER,
    PostgresRecord,
    new_secret,
)
from config.local.tether import tethered
from config.settings import PROJECT_ROOT

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
_BUILTIN_LOCALES_SINCE = 17
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    # A plan that was made while a table was small is kept until the table is analysed: soon.
    "autovacuum_naptime": "5s",
    "log_statement": "none",
    # Personal data must not reach the log: no parameters, and no DETAIL, which quotes rows.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_lock_waits": "on",
    "log_line_prefix": "%m [%p] %u ",
    "lc_messages": "C",
}


class Durability(StrEnum):
    """What a server promises about a commit it has confirmed."""

    KEPT = "kept"  # it survives a power cut
    THROWAWAY = "throwaway"  # it is fast, and gone with the test that made it


_DURABILITY = {
    Durability.KEPT: {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_wal_size": "2GB",
    },
    Durability.THROWAWAY: {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "2GB",
        "autovacuum_naptime": "1h",
    },
}


def set_up_postgres(
    data: Path,
    *,
    previous: PostgresRecord | None = None,
    chosen_bin: Path | None = None,
    durability: Durability = Durability.KEPT,
) -> PostgresRecord:
    """Make the cluster if there is none, and say how to run it; the server is not started.

    The port of the last time is kept when it is free. Raises ServerUnavailableError.
    """
    where = data if previous is None else previous.data
    place = find_place(where, postgres_bins(chosen_bin))
    if previous is None or not is_made(place.data):
        passwords = {role: new_secret() for role in (SUPERUSER, OWNER, APPLICATION)}
        _make_cluster(place, passwords[SUPERUSER], durability)
    else:
        passwords = previous.passwords
    return PostgresRecord(
        bin=place.bin,
        data=place.data,
        identity=place.identity,
        port=free_port(preferred=None if previous is None else previous.port),
        passwords=passwords,
    )


def postgres_server(
    record: PostgresRecord, *, log: Path, durability: Durability = Durability.KEPT
) -> Server:
    """Return how to run this cluster: stopped by SIGINT, its fast shutdown."""
    settings = _SETTINGS | _DURABILITY[durability] | {"port": str(record.port)}
    command = [str(record.bin / "postgres"), "-D", str(record.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return Server(
        name="PostgreSQL",
        command=tethered(command, with_signal=signal.SIGINT, identity=record.identity),
        is_ready=lambda: _answers(record),
        stop_signal=signal.SIGINT,
        log=log,
    )


def create_database(record: PostgresRecord) -> None:
    """Make roles, database and extensions on the running server; safe to repeat.

    Neither role is a superuser or may pass row-level security. The owner changes the schema;
    the application may only do what the migrations grant.
    """
    with _superuser(record, "postgres") as connection:
        for role in (OWNER, APPLICATION):
            _create_role(connection, role, record.passwords[role])
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            _run(connection, "CREATE DATABASE {} OWNER {}", DATABASE, OWNER)
        _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", DATABASE)
        _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", DATABASE, APPLICATION)
    with _superuser(record, DATABASE) as connection:
        _run(connection, "ALTER SCHEMA public OWNER TO {}", OWNER)
        _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        _run(connection, "GRANT USAGE ON SCHEMA public TO {}", APPLICATION)
        for extension in EXTENSIONS:
            _run(connection, "CREATE EXTENSION IF NOT EXISTS {}", extension)


def remove_stale_lock(record: PostgresRecord) -> None:
    """Remove postmaster.pid when nobody uses the data: its pid may be another program's by now.

    PostgreSQL sees through a dead pid itself, but takes any living process of its own user for
    a server, as happens when a container is started again.
    """
    if not any(_works_in(record.data)):
        (record.data / "postmaster.pid").unlink(missing_ok=True)


def _works_in(data: Path) -> list[str]:
    """Return the processes at home in the data directory, as all of PostgreSQL's are."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == data:
                found.append(entry.parent.name)
        except OSError:
            continue  # it ended just now, or is not ours
    return found


def _make_cluster(place: Place, password: str, durability: Durability) -> None:
    """Run initdb beside the final place and rename, so that half a cluster is never used."""
    unfinished = place.data.with_name(place.data.name + ".new")
    _remove(unfinished)
    _remove(place.data)
    unfinished.mkdir(mode=0o700)
    secret = unfinished.with_suffix(".password")
    secret.unlink(missing_ok=True)
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="ascii")
    place.identity.take(unfinished)
    place.identity.take(secret)
    try:
        _initdb(replace(place, data=unfinished), secret, durability)
    finally:
        secret.unlink()
    unfinished.replace(place.data)


def _remove(directory: Path) -> None:
    """Remove what a start left that was broken off, never a cluster."""
    if is_made(directory) and directory.suffix != ".new":
        raise ServerUnavailableError(
            f"{directory} holds a database, but its passwords are lost (local.json beside it)."
            " Move it away to begin anew."
        )
    subprocess.run(["/bin/rm", "-rf", "--", directory], check=True)


def _initdb(place: Place, secret: Path, durability: Durability) -> None:
    options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--data-checksums"]
    if durability is Durability.THROWAWAY:
        options.append("--no-sync")
    command = [str(place.bin / "initdb"), "-D", str(place.data), "-U", SUPERUSER]
    command += [
        "-E",
        "UTF8",
        "--no-instructions",
        *options,
        *_locale_options(postgres_major(place.bin)),
    ]
    answer = subprocess.run(
        tethered(command, with_signal=signal.SIGKILL, identity=place.identity),
        cwd=PROJECT_ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    if answer.returncode != 0:
        raise ServerUnavailableError(f"initdb failed:\n{answer.stdout}")


def _locale_options(major: int) -> list[str]:
    """Choose Unicode letters and code point order, the same on every system."""
    kind = "C.UTF-8" if _has_locale("C.UTF-8") else "C"
    if major >= _BUILTIN_LOCALES_SINCE:
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [*builtin, "--locale=C", f"--lc-ctype={kind}"]
    return [f"--locale={kind}"]


def _has_locale(name: str) -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return True


def _superuser(record: PostgresRecord, database: str) -> psycopg.Connection:
    return psycopg.connect(record.url(SUPERUSER, database), autocommit=True, connect_timeout=5)


def _answers(record: PostgresRecord) -> bool:
    try:
        _superuser(record, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _create_role(connection: psycopg.Connection, role: str, password: str) -> None:
    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
    verb = "CREATE" if found.fetchone() is None else "ALTER"
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD"
    statement = sql.SQL("{} ROLE {} {} {}").format(
        sql.SQL(verb), sql.Identifier(role), sql.SQL(rights), sql.Literal(password)
    )
    connection.execute(statement)


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
