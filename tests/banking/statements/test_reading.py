"""The process around the parser: its turns, its faults, what it may know."""

import subprocess
import sys
from threading import Thread

import pytest

from app.banking.statements import reading, refusals
from app.banking.statements.reading import read_statement
from app.banking.statements.refusals import StatementRefused
from app.kernel.errors import Busy
from tests.builders.statements import STATEMENT, plain_grid, workbook

CONTENT = workbook(plain_grid())


def test_many_at_once_all_get_their_turn() -> None:
    read = []
    threads = [Thread(target=lambda: read.append(read_statement(CONTENT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read == [STATEMENT] * 8


def test_who_waits_too_long_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.01)
    with reading._TURNS, reading._TURNS, pytest.raises(Busy):
        read_statement(CONTENT)


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(60)",
        "import os; os.abort()",
        "import sys; sys.exit(3)",
    ],
)
def test_a_child_that_comes_to_harm_is_a_refusal(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.5)
    monkeypatch.setattr(reading, "_CHILD", (sys.executable, "-c", program))

    with pytest.raises(StatementRefused) as refusal:
        read_statement(CONTENT)

    assert refusal.value.message == refusals.TOO_HEAVY


def test_child_knows_no_secret_and_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    program = "import os, sys; sys.exit(3 if 'SECRET_KEY' in os.environ else 0)"
    monkeypatch.setattr(reading, "_CHILD", (sys.executable, "-c", program))

    with pytest.raises(ValueError, match="Expecting value"):  # It answered nothing, and ended well.
        read_statement(CONTENT)


def test_the_parser_never_enters_the_web_process() -> None:
    program = (
        "import sys, app.banking.statements.reading; sys.exit('python_calamine' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=reading._ROOT,
        check=False,
    )

    assert done.returncode == 0
