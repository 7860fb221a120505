"""The test of the test: faults of the naive product, put into the run's own database or clients.

A run that is sabotaged must fail; the product's code is never touched.
"""

from enum import StrEnum
from pathlib import Path
from typing import Final

from bench.chaos.stack import Stack

_SQL: Final = Path(__file__).parent / "broken"


class Sabotage(StrEnum):
    """What is broken on purpose."""

    SEQUENCE = "sequence"
    MAX_PLUS_ONE = "max-plus-one"
    DROPPED_POLICY = "dropped-policy"
    NO_IDEMPOTENCY_KEY = "no-idempotency-key"


def apply(sabotage: Sabotage, stack: Stack) -> None:
    """Break the database of the run; a client that keeps no keys breaks itself."""
    if sabotage is Sabotage.NO_IDEMPOTENCY_KEY:
        return
    with stack.connect() as connection:
        connection.execute((_SQL / f"{sabotage}.sql").read_bytes())
