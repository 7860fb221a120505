"""Runs PostgreSQL's own load generator: the floors, with nothing of Python in the way."""

import re
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from app.db.base import BY_KEY
from config.local.ports import LOOPBACK
from config.local.record import APPLICATION, PostgresRecord

FLOOR = Path(__file__).parent / "floor"
_RUNS = count(1)
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: (\d+)", re.MULTILINE)


class LoadFailedError(Exception):
    """Transactions of a floor failed, or it did not run; a rate would mean nothing."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A scratch database in which scripts of bench/floor run as the application's role."""

    postgres: PostgresRecord
    database: str

    def rate(self, script: str, *, clients: int, seconds: int, branches: int) -> float:
        """Transactions a second; ids of different calls never meet.

        Raises LoadFailedError.
        """
        variables = {"run": next(_RUNS), "n": 0, "branches": branches}
        command = [str(self.postgres.bin / "pgbench"), "-n", "-M", "prepared"]
        command += ["-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(FLOOR / script)]
        for name, value in variables.items():
            command += ["-D", f"{name}={value}"]
        where = ["-h", LOOPBACK, "-p", str(self.postgres.port), "-U", APPLICATION, self.database]
        answer = subprocess.run(
            [*command, *where],
            env={
                "PGPASSWORD": self.postgres.passwords[APPLICATION],
                "PGOPTIONS": str(BY_KEY["options"]),
            },
            check=False,
            capture_output=True,
            text=True,
            timeout=seconds + 60,
        )
        if answer.returncode != 0:
            raise LoadFailedError(answer.stderr[-2000:])
        return rate_of(answer.stdout)


def rate_of(output: str) -> float:
    """The rate that pgbench printed.

    Raises LoadFailedError when a transaction failed or nothing was printed.
    """
    rate, failed = _RATE.search(output), _FAILED.search(output)
    if rate is None or (failed is not None and int(failed[1])):
        raise LoadFailedError(output)
    return float(rate[1])
