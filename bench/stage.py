"""Servers of a measurement's own: durable as in production, in a directory that goes with them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql

from app.db.base import close_connections
from app.factory import create_app
from bench.machine import settings_for
from config.local.ports import free_port
from config.local.postgres import create_database
from config.local.prepare import hold_home, set_up_servers
from config.local.process import running
from config.local.record import (
    APPLICATION,
    DATABASE,
    SUPERUSER,
    PostgresRecord,
    with_local_servers,
)
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """A migrated database without gifts, a queue, and the product's application over both."""

    settings: Settings
    postgres: PostgresRecord
    application: Flask

    def superuser(self, name: str = DATABASE) -> psycopg.Connection:
        """Open a connection that may do everything, in which each statement commits."""
        return psycopg.connect(self.postgres.url(SUPERUSER, name), autocommit=True)

    def as_application(self, name: str = DATABASE) -> psycopg.Connection:
        """Open a connection as the product's own role."""
        return psycopg.connect(self.postgres.url(APPLICATION, name))

    def server_version(self) -> str:
        """The server's version as it tells it."""
        with self.superuser() as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]) if row else ""

    def analyse(self, name: str = DATABASE) -> None:
        """Let plans know how large the tables have become, as autovacuum does to a live book."""
        with self.superuser(name) as connection:
            connection.execute("ANALYZE")

    def create_scratch(self, name: str, *, template: str = "template1") -> None:
        """Make a database beside the product's, new or as a copy of one that nobody uses now."""
        with self.application.app_context():
            close_connections()
        with self.superuser("postgres") as connection:
            for statement in ("DROP DATABASE IF EXISTS {0}", "CREATE DATABASE {0} TEMPLATE {1}"):
                names = sql.Identifier(name), sql.Identifier(template)
                connection.execute(sql.SQL(statement).format(*names))


@contextmanager
def stage() -> Iterator[Stage]:
    """Run PostgreSQL and Valkey for the block; afterwards nothing of them is left."""
    with tempfile.TemporaryDirectory(prefix="kh-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711 if os.geteuid() == 0 else 0o700)
        settings = settings_for(Path(name) / "home", free_port())
        with hold_home(settings.home), ExitStack() as stack:
            servers = set_up_servers(settings)
            for server in servers.by_name.values():
                stack.enter_context(running(server))
            if servers.record.postgres is None:
                raise TypeError("an embedded PostgreSQL was asked for")
            create_database(servers.record.postgres)
            complete = with_local_servers(settings)
            yield Stage(complete, servers.record.postgres, _migrated(complete))


def _migrated(settings: Settings) -> Flask:
    application = create_app(settings)
    with application.app_context():
        flask_migrate.upgrade(revision="head")
    return application
