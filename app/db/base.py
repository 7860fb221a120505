"""Engine, pool and declarative base; Flask-SQLAlchemy is used here and nowhere else."""

import select
from typing import Any, Final

import psycopg
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase

from app.db.columns import NAMING


class Base(DeclarativeBase):
    """Base of all mapped classes."""

    metadata = MetaData(naming_convention=NAMING)


database = SQLAlchemy(model_class=Base)

CONNECTION: Final = {
    "connect_timeout": 3,
    "application_name": "quy-khuyen-hoc",
    # The last one whatever the role was given: an acknowledged gift is on disk.
    "options": "-c lock_timeout=5s -c statement_timeout=15s "
    "-c idle_in_transaction_session_timeout=15s -c synchronous_commit=on",
}
# All is found by key: a plan made while a table was small would else read it whole as it grows.
BY_KEY: Final = {
    **CONNECTION,
    "options": f"{CONNECTION['options']} -c enable_seqscan=off -c random_page_cost=1.1",
}
POOL: Final = {"pool_timeout": 10, "pool_recycle": 300}
TRANSACTIONS: Final = {
    **POOL,
    "connect_args": CONNECTION,
    "pool_size": 8,
    "max_overflow": 8,
    "pool_reset_on_return": "rollback",
}
SINGLE: Final = "single statements"
SINGLE_STATEMENTS: Final = {
    **POOL,
    "connect_args": BY_KEY,
    "pool_size": 4,
    "max_overflow": 0,
    "isolation_level": "AUTOCOMMIT",
    "pool_reset_on_return": None,  # nothing is left open that could be rolled back
}


class UnsafeRole(RuntimeError):
    """The application was given a database role that could look past the policies."""


def init_database(app: Flask, *, url: str) -> None:
    """Bind the engine of `app` to `url`; `refuse_unsafe_role` checks every new connection."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_BINDS"] = {SINGLE: {"url": url, **SINGLE_STATEMENTS}}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = TRANSACTIONS
    database.init_app(app)
    with app.app_context():
        for each in database.engines.values():
            event.listen(each, "connect", refuse_unsafe_role)
            event.listen(each, "checkout", refuse_dead_connection)


def engine() -> Engine:
    """The engine of the running application: every connection of it is in a transaction or idle."""
    return database.engine


def engine_of_single_statements() -> Engine:
    """An engine whose statements each commit by themselves."""
    return database.engines[SINGLE]


def refuse_to_start(app: Flask) -> None:
    """End the program when its role could look past the policies; a server that is away may come.

    Raises:
        SystemExit: with the sentence that says what to change.
    """
    with app.app_context():
        try:
            engine().connect().close()
        except UnsafeRole as error:
            raise SystemExit(str(error)) from error
        except (DBAPIError, psycopg.OperationalError):
            return
        finally:
            close_connections()


def close_connections(*, of_parent: bool = False) -> None:
    """Let go of every pooled connection; those of a parent process are forgotten, not closed."""
    for each in database.engines.values():
        each.dispose(close=not of_parent)


def refuse_dead_connection(connection: Any, _record: object, _proxy: object) -> None:
    """Throw the pool away when its server has gone; costs a look at the socket, no round trip.

    On an idle connection a server speaks only to say that it is over, so a request after a restart
    gets a new one. Raises InvalidatePoolError, which the pool itself answers.
    """
    waiting = select.poll()
    if not connection.closed:
        waiting.register(connection.fileno(), select.POLLIN)
    if connection.closed or waiting.poll(0):
        raise InvalidatePoolError


def refuse_unsafe_role(connection: Any, _record: object) -> None:
    """Close a connection whose role is owner, superuser or BYPASSRLS.

    Raises:
        UnsafeRole: row-level security would not hold for this role.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR EXISTS ("
            "  SELECT FROM pg_class c WHERE pg_has_role(r.oid, c.relowner, 'MEMBER')"
            "  AND c.relnamespace = 'public'::regnamespace)"
            " FROM pg_roles r WHERE r.rolname = current_user",
        )
        is_unsafe = cursor.fetchone()[0]
    connection.rollback()
    if is_unsafe:
        message = "DATABASE_URL must name a role that is neither owner, superuser nor BYPASSRLS"
        raise UnsafeRole(message)
