"""Finds a place where an embedded PostgreSQL can run: which programs, which data, which identity.

The hard case is root in a checkout below a directory that only root may enter. No permission of
that directory is ever changed: the server runs in a user namespace there, and where the machine
forbids namespaces, programs and data live outside the checkout.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config.local.binaries import ServerUnavailableError, postgres_major
from config.local.identity import Identity, Manner, possible_identities
from config.local.tether import tethered
from config.settings import PROJECT_ROOT

OUTSIDE = Path("/var/lib/quy-khuyen-hoc")


@dataclass(frozen=True, slots=True)
class Place:
    """Programs and data that this identity can use."""

    bin: Path
    data: Path
    identity: Identity


def find_place(data: Path, bins: Iterable[Path]) -> Place:
    """Return the best place; `data` is made if missing and belongs to the identity afterwards.

    Raises ServerUnavailableError when no identity can use any of the programs on the data.
    """
    fitting = [bin_ for bin_ in bins if _fits(bin_, data)]
    for bin_ in fitting:
        for identity in possible_identities():
            place = Place(bin_, data, identity)
            if _is_usable(place):
                return place
    if os.geteuid() == 0 and not is_made(data):
        for bin_ in fitting:
            if (outside := _place_outside(bin_, data)) is not None:
                return outside
    raise ServerUnavailableError(_advice(data, fitting))


def is_made(data: Path) -> bool:
    """Tell whether the directory holds a database cluster."""
    return (data / "PG_VERSION").is_file()


def _fits(bin_: Path, data: Path) -> bool:
    """Tell whether these programs can read the data, which belong to one major version."""
    if not is_made(data):
        return True
    return postgres_major(bin_) == int((data / "PG_VERSION").read_text(encoding="ascii"))


def _is_usable(place: Place) -> bool:
    """Try it: have the identity load initdb and its libraries, and write to the data."""
    place.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.identity.take(place.data)
    script = 'test -w "$2" && test -x "$2" && exec "$1" --show -D "$2"'
    trial = ["/bin/sh", "-c", script, "sh", str(place.bin / "initdb"), str(place.data)]
    answer = subprocess.run(
        tethered(trial, identity=place.identity),
        cwd=PROJECT_ROOT,
        check=False,
        capture_output=True,
        timeout=30,
    )
    if answer.returncode != 0:
        return False
    _hand_over(place)
    return True


def _hand_over(place: Place) -> None:
    """Give the files to the identity when another one used them before."""
    version = place.data / "PG_VERSION"
    if os.geteuid() != 0 or not version.exists():
        return
    if version.stat().st_uid == place.data.stat().st_uid:
        return
    for directory, names, files in os.walk(place.data):
        for name in names + files:
            place.identity.take(Path(directory) / name)


def _place_outside(bin_: Path, data: Path) -> Place | None:
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    outside = OUTSIDE / digest
    outside.mkdir(mode=0o755, parents=True, exist_ok=True)
    programs = outside / "programs"
    if not programs.exists():
        unfinished = outside / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(bin_.parent, unfinished, symlinks=True)
        _open_to_all(unfinished)
        unfinished.replace(programs)
    for identity in possible_identities():
        place = Place(programs / bin_.name, outside / "data", identity)
        if identity.manner is Manner.USER and _is_usable(place):
            return place
    return None


def _open_to_all(copied: Path) -> None:
    """Let everybody read the copy: the original may come from a strict umask."""
    for path in [copied, *copied.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            if path.parent.name == "bin":
                path.chmod(0o755)


def _advice(data: Path, fitting: list[Path]) -> str:
    if not fitting:
        return (
            f"{data} was made by another version of PostgreSQL than the ones found here."
            " Set KH_PG_BIN to the programs of that version."
        )
    return (
        f"PostgreSQL cannot run here: no user it could run as can use {fitting[0]} and {data}."
        " Put the project and KH_HOME into directories that others may enter, run it as an"
        " ordinary user, or set DATABASE_URL to a server that runs elsewhere."
    )
