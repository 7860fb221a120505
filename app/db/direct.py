"""Statements on the driver's own connection (D26).

For the hot path alone: it costs half of what the same statement costs through Core.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import uuid4
from weakref import WeakSet

import orjson
import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, StatementError

Driver: TypeAlias = psycopg.Connection[tuple[Any, ...]]
Rows: TypeAlias = Sequence[tuple[Any, ...]]

DONE: Final = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


def jsonb(value: object) -> str:
    """What a parameter of type jsonb takes; ids, days and enumerations are written as text."""
    return orjson.dumps(value).decode()


def fetch(connection: Connection, statement: str, parameters: Mapping[str, object]) -> Rows:
    """All rows of `statement`, whose parameters are written %(name)s.

    Raises:
        DBAPIError: as Core would, so that app.db.refusals tells what it stands for.
    """
    driver: Any = connection.connection.driver_connection
    try:
        return driver.execute(statement, parameters).fetchall()  # type: ignore[no-any-return]
    except psycopg.Error as error:
        raise _as_core(error, statement) from error


class Prepared:
    """A statement whose parameters are written $1, $2 and sent as text; parsed once a connection.

    Sent and awaited by one call of libpq, which costs half of what the driver's own machinery does.
    """

    def __init__(self, statement: str) -> None:
        self._statement = statement
        self._name = uuid4().hex.encode()
        self._known: WeakSet[Driver] = WeakSet()

    def fetch(self, driver: Driver, *parameters: str) -> Rows:
        """All rows.

        Raises:
            DBAPIError: as `fetch` does.
        """
        try:
            return self._fetched(driver, [parameter.encode() for parameter in parameters])
        except psycopg.Error as error:
            raise _as_core(error, self._statement) from error

    def _fetched(self, driver: Driver, parameters: Sequence[bytes]) -> Rows:
        if driver not in self._known:
            _done(driver.pgconn.prepare(self._name, self._statement.encode()))
            self._known.add(driver)
        result = _done(driver.pgconn.exec_prepared(self._name, parameters))
        loader = Transformer(driver)
        loader.set_pgresult(result)
        return loader.load_rows(0, result.ntuples, tuple)


def _done(result: PGresult) -> PGresult:
    if result.status in DONE:
        return result
    error = error_from_result(result)
    if error.sqlstate is None:  # said by libpq itself: the server has gone
        raise psycopg.OperationalError(str(error))
    raise error


def _as_core(error: psycopg.Error, statement: str) -> StatementError:
    return DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True)
