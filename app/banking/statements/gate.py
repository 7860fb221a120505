"""What a file is, by its content, and what must hold of a workbook before anything parses it."""

import re
import zlib
from enum import Enum, auto
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.banking.statements import refusals
from app.banking.statements.refusals import StatementRefused

MAX_ENTRIES: Final = 200
MAX_UNPACKED: Final = 60 * 1024 * 1024
MAX_RATIO: Final = 100
"""Unpacked bytes for each byte of the file: real statements have about 10."""

_IS_ENCRYPTED: Final = 0x1
_STRANGE_PARTS: Final = re.compile(
    r"vbaproject|/externallinks/|/connections\.xml|/querytables/|/embeddings/|/activex/"
    r"|/macrosheets/|/dialogsheets/|/ctrlprops/|/customdata/"
)
_UNSAFE_NAME: Final = re.compile(r"^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\\]")
_DECLARATIONS: Final = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)
_WORKSHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULA: Final = re.compile(
    rb'<c\s[^<>]{0,99}?\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,99}>\s{0,9}<f[\s>/]'
)
# What reading a broken archive raises; RuntimeError is a password.
_BROKEN: Final = (
    *(BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error),
)


class Kind(Enum):
    """What can be read."""

    XLSX = auto()
    XLS = auto()
    TEXT = auto()


def kind_of(content: bytes) -> Kind:
    """What a file is, whatever its name says. Raises StatementRefused for what is no statement."""
    if not content.strip():
        raise StatementRefused(refusals.EMPTY)
    if content.startswith(b"PK"):
        return Kind.XLSX
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _pass_old_workbook(content)
        return Kind.XLS
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00\xff\xfe")
    if start.startswith(b"%PDF"):
        raise StatementRefused(refusals.IS_PDF)
    if start.startswith(b"<"):
        raise StatementRefused(refusals.IS_PAGE)
    return Kind.TEXT


def pass_workbook(content: bytes) -> frozenset[tuple[int, int]]:
    """Let a plain .xlsx through; give the places of formulas (row from 1, column from 0).

    All of it is unpacked once, counting: what an archive says of its size is not believed.
    Raises StatementRefused for bombs, programs, passwords, odd names, declarations, other kinds.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_names(entries)
            return _unpack_all(archive, entries, len(content))
    except _BROKEN as error:
        raise StatementRefused(refusals.BROKEN) from error


def _check_names(entries: list[ZipInfo]) -> None:
    names = [entry.orig_filename.lower() for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise StatementRefused(refusals.TOO_HEAVY)
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
        raise StatementRefused(refusals.LOCKED)
    if any(_UNSAFE_NAME.search(name) for name in names) or len(set(names)) < len(names):
        raise StatementRefused(refusals.WITH_PROGRAMS)
    if any(_STRANGE_PARTS.search(f"/{name}") for name in names):
        raise StatementRefused(refusals.WITH_PROGRAMS)
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise StatementRefused(refusals.WITH_PROGRAMS)
    if "xl/workbook.xml" not in names:
        raise StatementRefused(refusals.NO_STATEMENT_FILE)


def _unpack_all(
    archive: ZipFile, entries: list[ZipInfo], packed: int
) -> frozenset[tuple[int, int]]:
    left = min(MAX_UNPACKED, MAX_RATIO * packed)
    formulas: set[tuple[int, int]] = set()
    for entry in entries:
        with archive.open(entry) as part:
            told = part.read(left + 1)
        left -= len(told)
        if left < 0:
            raise StatementRefused(refusals.TOO_HEAVY)
        if entry.filename.lower().endswith((".xml", ".rels")):
            _check_xml(told)
        if _WORKSHEET.fullmatch(entry.filename.lower()):
            formulas.update((int(row), _column(name)) for name, row in _FORMULA.findall(told))
    return frozenset(formulas)


def _check_xml(told: bytes) -> None:
    """XML of a workbook is UTF-8 and declares nothing; other encodings could hide what it does."""
    if _DECLARATIONS.search(told) or b"\x00" in told:
        raise StatementRefused(refusals.WITH_PROGRAMS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _pass_old_workbook(content: bytes) -> None:
    """Refuse an .xls that is a locked .xlsx inside, or has programs: names there are UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise StatementRefused(refusals.LOCKED)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise StatementRefused(refusals.WITH_PROGRAMS)
