"""Fetches the files other people wrote and we ship: htmx, the fonts, axe-core.

MANIFEST.json beside this file names each with its package, version, licence and SHA-256.
Run it from anywhere: `--check` compares what is committed, without a network; no option
fetches the packages again and refuses a byte that differs; `--record` takes a new version
that was first written into the manifest by hand, and notes its hashes.
"""

# ruff: noqa: INP001 - run by path; static files are no package

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MANIFEST = Path(__file__).with_name("MANIFEST.json")
# Here nothing may lie that the manifest does not name, except what is our own work.
FOLDERS = ("app/static/vendor", "app/static/fonts", "templates/pdf/fonts", "tests/vendor")
OURS = {".py", ".json", ".css", ".md"}
# Cut from its package by a script of its own, which keeps its hash beside it.
CUT = "tests/vendor/stripe/spec.json.gz"


@dataclass(frozen=True)
class Vendored:
    """One file: where it comes from, where it lies in this repository, and its hash."""

    name: str
    version: str
    licence: str
    source: str
    member: str
    file: str
    sha256: str


def read_manifest() -> list[Vendored]:
    """Return the entries; raises TypeError where one has another shape."""
    return [Vendored(**entry) for entry in json.loads(MANIFEST.read_text(encoding="utf-8"))]


def write_manifest(entries: list[Vendored]) -> None:
    """Write the entries, sorted by file."""
    ordered = sorted(entries, key=lambda entry: entry.file)
    text = json.dumps([asdict(entry) for entry in ordered], ensure_ascii=False, indent=2)
    MANIFEST.write_text(text + "\n", encoding="utf-8")


def faults(entries: list[Vendored], root: Path = ROOT) -> list[str]:
    """Return a sentence for each file that is missing, changed or not in the manifest."""
    found = []
    for entry in entries:
        path = root / entry.file
        if not path.is_file():
            found.append(f"{entry.file} is missing")
        elif hash_of(path.read_bytes()) != entry.sha256:
            found.append(f"{entry.file} is not the file that was recorded")
    known = {entry.file for entry in entries}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            ours = path.suffix in OURS or name == CUT or "__pycache__" in path.parts
            if path.is_file() and not ours and name not in known:
                found.append(f"{name} is not in the manifest")
    return found


def hash_of(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def download(entry: Vendored, folder: Path) -> Path:
    """Fetch the entry's package with its ordinary client and return the archive.

    Raises CalledProcessError where the client fails, KeyError for a source of another kind.
    """
    name, version = entry.name, entry.version
    command = {
        "npm": ["npm", "pack", "--silent", f"{name}@{version}"],
        "pypi": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", f"{name}=={version}"],
        "debian": ["apt-get", "download", "-q", f"{name}={version}"],
    }[entry.source]
    # The words come from the committed manifest, and there is no shell.
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    archive = next(folder.iterdir())
    if entry.source == "debian":
        unpacked = folder / "data.tar"
        with unpacked.open("wb") as out:
            unpack = ["dpkg-deb", "--fsys-tarfile", archive.name]
            subprocess.run(unpack, cwd=folder, check=True, stdout=out)  # noqa: S603
        return unpacked
    return archive


def extract(archive: Path, member: str) -> bytes:
    """Return one file of a package; raises KeyError where the package does not have it."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive) as tar:
        content = tar.extractfile(member)
        if content is None:
            raise KeyError(member)
        return content.read()


def fetch(entries: list[Vendored]) -> dict[str, bytes]:
    """Return the content of every entry's file, each package fetched once."""
    contents: dict[str, bytes] = {}
    for package in sorted({(e.source, e.name, e.version) for e in entries}):
        wanted = [e for e in entries if (e.source, e.name, e.version) == package]
        with tempfile.TemporaryDirectory() as folder:
            archive = download(wanted[0], Path(folder))
            contents.update((e.file, extract(archive, e.member)) for e in wanted)
    return contents


def put(contents: dict[str, bytes]) -> None:
    """Write the files to their places."""
    for name, content in contents.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def main() -> None:
    """Do what the options say; end with status 1 and the reasons where something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="compare only, offline")
    choice.add_argument("--record", action="store_true", help="note the hashes of what came")
    options = parser.parse_args()
    entries = read_manifest()
    if not options.check:
        contents = fetch(entries)
        fresh = [replace(e, sha256=hash_of(contents[e.file])) for e in entries]
        if options.record:
            entries = fresh
            write_manifest(entries)
        changed = [new.file for old, new in zip(entries, fresh, strict=True) if old != new]
        if changed:
            sys.exit("not the bytes that were recorded: " + ", ".join(changed))
        put(contents)
    if found := faults(entries):
        sys.exit("\n".join(found))
    sys.stdout.write(f"{len(entries)} vendored files are as recorded\n")


if __name__ == "__main__":
    main()
