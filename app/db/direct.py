"""One statement on the driver's own connection (D26).

For the hot path alone: it costs half of what the same statement costs through Core.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Driver: TypeAlias = psycopg.Connection[tuple[Any, ...]]
Rows: TypeAlias = Sequence[tuple[Any, ...]]


def fetch(connection: Connection, statement: str, parameters: Mapping[str, object]) -> Rows:
    """All rows of `statement` inside the transaction of `connection`; otherwise as fetch_from."""
    driver: Any = connection.connection.driver_connection
    return fetch_from(driver, statement, parameters)


def fetch_from(driver: Driver, statement: str, parameters: Mapping[str, object]) -> Rows:
    """All rows of `statement`, whose parameters are written %(name)s.

    Raises:
        DBAPIError: as Core would, so that app.db.refusals tells what it stands for.
    """
    try:
        return driver.execute(statement, parameters).fetchall()
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True
        ) from error
