"""Files named by their content: put once, never changed, found by digest.

A file is written beside its place, synced and renamed, so that a digest never names half a file.
"""

import hashlib
import os
import secrets
from pathlib import Path


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes) -> str:
        """Keep `content` and return its SHA-256; putting it again changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        place = self.path(digest)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            half = place.with_name(f".{digest}.{secrets.token_hex(4)}")
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(place)
        return digest

    def read(self, digest: str) -> bytes:
        """The content of that digest.

        Raises:
            FileNotFoundError: it was never put.
        """
        return self.path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        """Where the file of that digest is or would be."""
        return self.root / digest[:2] / digest
