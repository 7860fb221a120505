"""Engine, pool and declarative base; Flask-SQLAlchemy is used here and nowhere else."""

import select
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase

from app.db.columns import NAMING


class Base(DeclarativeBase):
    """Base of all mapped classes."""

    metadata = MetaData(naming_convention=NAMING)


database = SQLAlchemy(model_class=Base)


class UnsafeRole(RuntimeError):
    """The application was given a database role that could look past the policies."""


def init_database(app: Flask, *, url: str) -> None:
    """Bind the engine of `app` to `url`; `refuse_unsafe_role` checks every new connection."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 10,
        "pool_recycle": 300,
        "pool_reset_on_return": "rollback",
        "connect_args": {
            "connect_timeout": 3,
            "application_name": "quy-khuyen-hoc",
            "options": "-c lock_timeout=5s -c statement_timeout=15s "
            "-c idle_in_transaction_session_timeout=15s",
        },
    }
    database.init_app(app)
    with app.app_context():
        event.listen(database.engine, "connect", refuse_unsafe_role)
        event.listen(database.engine, "checkout", refuse_dead_connection)


def engine() -> Engine:
    """The engine of the running application."""
    return database.engine


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
