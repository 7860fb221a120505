"""The way in: an uploaded file becomes a statement, in a process that may come to harm instead."""

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import structlog

from app.banking.commands import ToldStatement
from app.banking.statements import refusals
from app.banking.statements.mapping import ColumnMapping
from app.banking.statements.parcels import packed_order, unpacked_answer
from app.banking.statements.refusals import StatementRefused
from app.kernel.errors import Busy

MAX_MEGABYTES: Final = 10
MAX_BYTES: Final = MAX_MEGABYTES * 1024 * 1024
WALL_SECONDS: Final = 10

_ROOT: Final = Path(__file__).parents[3]
_CHILD: Final = (sys.executable, "-E", "-s", "-B", "-m", "app.banking.statements.child")

# Of one web process: what the readings of all its threads may take of the machine.
_AT_ONCE: Final = 2
_TURNS: Final = BoundedSemaphore(_AT_ONCE)

log = structlog.get_logger()


def read_statement(
    content: bytes, account_number: str | None = None, mapping: ColumnMapping | None = None
) -> ToldStatement:
    """Read a bank's statement of any kind; the same file always gives the same statement.

    Of a file with several accounts the one with `account_number` is read, and a file of another
    account is refused. `mapping` says the columns when words do not. Lines are oldest first.
    Raises StatementRefused when the file is no statement, is not safe, does not add up or could be
    read in two ways, and UnknownLayout, which shows the first rows, when nobody knows its columns.
    Raises Busy when others' files take too long. Takes a tenth of a second for a usual file.
    """
    if len(content) > MAX_BYTES:
        raise StatementRefused(refusals.TOO_LARGE, megabytes=MAX_MEGABYTES)
    if not content.strip():
        raise StatementRefused(refusals.EMPTY)
    if not _TURNS.acquire(timeout=WALL_SECONDS):
        raise Busy(refusals.TOO_MANY_AT_ONCE)
    try:
        return _read_by_child(packed_order(content, account_number, mapping))
    finally:
        _TURNS.release()


def _read_by_child(order: bytes) -> ToldStatement:
    try:
        # A new program, not a copy of this one: threads, connections and secrets stay here.
        done = subprocess.run(  # noqa: S603  our own program, without a shell
            _CHILD,
            input=order,
            capture_output=True,
            cwd=_ROOT,
            env={},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StatementRefused(refusals.TOO_HEAVY) from error
    if done.returncode:
        last_words = done.stderr.decode(errors="replace").splitlines()[-1:]
        log.warning("statement not read", code=done.returncode, fault=last_words)
        raise StatementRefused(refusals.TOO_HEAVY)
    return unpacked_answer(done.stdout)
