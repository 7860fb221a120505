"""Papers name givers: on the disk they are for the product's own user alone."""

from pathlib import Path

from app.storage import FileStore


def test_nobody_else_reads_what_is_kept(tmp_path: Path) -> None:
    root = tmp_path / "files"
    digest = FileStore(root).put(b"a paper")
    root.chmod(0o755)

    kept = FileStore(root).path(digest)

    modes = [path.stat().st_mode & 0o777 for path in (root, kept.parent, kept)]
    assert modes == [0o700, 0o700, 0o600]
