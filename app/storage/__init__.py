"""Files named by their content: put once, never changed, found by digest.

A file is written beside its place, synced and renamed, so that a digest never names half a file.
What a power cut, a disk or a hand made of it later is found out at every reading, and what is lost
is printed again: so folders are not synced, which would cost as much again as the files.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL
FOR_US: Final = 0o700
"""Papers name givers: nobody else on the machine looks into the folder."""


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # An earlier release left it open; on a volume of somebody else's its owner says who reads.
        with suppress(OSError):
            root.chmod(FOR_US)

    def put(self, content: bytes) -> str:
        """Keep `content` and return its SHA-256; putting it again mends a file that went bad.

        A folder that stands in its place is moved aside with all it holds.
        """
        digest = sha256(content)
        if not self.holds(digest):
            place = self.path(digest)
            self.root.mkdir(FOR_US, parents=True, exist_ok=True)
            if place.is_dir():
                place.rename(place.with_name(f".{digest}.{secrets.token_hex(4)}.aside"))
            place_whole(place, content)
        return digest

    def read(self, digest: str) -> bytes:
        """The content of that digest, and no other.

        Raises:
            FileNotFoundError: it was never put, cannot be read, or is no longer what was put.
        """
        try:
            content = self.path(digest).read_bytes()
        except OSError as error:
            raise FileNotFoundError(digest) from error
        if sha256(content) != digest:
            raise FileNotFoundError(digest)
        return content

    def holds(self, digest: str) -> bool:
        """Whether the content of that digest can be read."""
        try:
            self.read(digest)
        except FileNotFoundError:
            return False
        return True

    def path(self, digest: str) -> Path:
        """Where the file of that digest is or would be."""
        return self.root / digest[:2] / digest


def place_whole(place: Path, content: bytes) -> None:
    """Write a file beside its place, sync and rename it; its folder is made, for us alone."""
    place.parent.mkdir(FOR_US, parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(half, NEW, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(place)


def sha256(content: bytes) -> str:
    """The name of a content, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()
