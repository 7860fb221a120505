"""Finds a place where an embedded PostgreSQL can run: which programs, which data, which identity.

The hard case is root in a checkout below a directory that only root may enter. No permission of
that directory is ever changed: the server runs in a user namespace there, and where the machine
forbids namespaces, programs and data live outside the checkout.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
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
    for place in _possible_places(data, fitting):
        if _is_usable(place):
            return place
    raise ServerUnavailableError(_advice(data, fitting))


def _possible_places(data: Path, bins: list[Path]) -> Iterator[Place]:
    """Name the places to try, the best first; programs are copied only when it comes to that."""
    identities = possible_identities()
    yield from (Place(bin_, data, identity) for bin_ in bins for identity in identities)
    if os.geteuid() != 0:
        return
    OUTSIDE.mkdir(exist_ok=True)
    OUTSIDE.chmod(0o755)
    others = [identity for identity in identities if identity.manner is Manner.USER]
    reachable = [data] if is_made(data) else [data, OUTSIDE / f"data-{_digest(data)}"]
    for bin_ in bins:
        copy = _copy_programs(bin_)
        yield from (Place(copy, where, identity) for where in reachable for identity in others)


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
    place.data.mkdir(mode=0o700, exist_ok=True)
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


def _copy_programs(bin_: Path) -> Path:
    """Copy an installation with the libraries that its wheel keeps beside the package."""
    package = bin_.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    name = f"programs-{_digest(bin_)}"
    target = OUTSIDE / f"{name}-{(bin_ / 'initdb').stat().st_mtime_ns}"
    if not target.exists():
        for former in OUTSIDE.glob(f"{name}*"):
            shutil.rmtree(former)
        unfinished = OUTSIDE / f"{name}.new"
        for source in (bin_.parent, libraries):
            if source.is_dir():
                copy = unfinished / source.relative_to(package.parent)
                shutil.copytree(source, copy, symlinks=True)
        _open_to_all(unfinished)
        unfinished.replace(target)
    return target / bin_.relative_to(package.parent)


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


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
