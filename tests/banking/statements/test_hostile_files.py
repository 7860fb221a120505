"""Group F of the bad inputs: each file is refused within 10 s and 512 MB, and nobody is hurt."""

import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from app.banking.statements import refusals
from app.banking.statements.child import MEMORY_BYTES
from app.banking.statements.gate import pass_workbook
from app.banking.statements.reading import read_statement
from app.banking.statements.refusals import StatementRefused
from tests.builders.statements import LINES, plain_grid, rows_of, text_file, workbook

ROOT = Path(__file__).parents[3]
SHEET = "xl/worksheets/sheet1.xml"


def rewritten(change: Callable[[dict[str, bytes]], None], packing: int = 8) -> bytes:
    """A sound workbook whose parts were changed."""
    with zipfile.ZipFile(BytesIO(workbook(plain_grid()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_part(name: str, content: bytes = b"x") -> bytes:
    return rewritten(lambda parts: parts.update({name: content}))


def with_sheet(before: bytes, after: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert before in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(before, after, 1)

    return rewritten(change)


def rows_bomb() -> bytes:
    """E25: half a megabyte that unpacks to 150 MB of rows."""
    row = b'<row><c t="n"><v>1</v></c><c t="n"><v>1</v></c></row>'
    return with_sheet(b"<sheetData>", b"<sheetData>" + row * 2_900_000)


def slim_bomb() -> bytes:
    """Just under every limit of the gate, and far over the rows."""
    noise = random.Random(1).randbytes(700_000)
    row = b'<row><c t="n"><v>1</v></c></row>'

    def change(parts: dict[str, bytes]) -> None:
        parts["xl/media/noise.bin"] = noise
        parts[SHEET] = parts[SHEET].replace(b"<sheetData>", b"<sheetData>" + row * 1_600_000, 1)

    return rewritten(change)


def tags_without_an_end() -> bytes:
    """A search that begins anew at each of them would take minutes."""

    def change(parts: dict[str, bytes]) -> None:
        parts["xl/media/noise.bin"] = random.Random(1).randbytes(700_000)
        parts[SHEET] = b"<worksheet>" + b'<c r="A1" ' * 4_000_000

    return rewritten(change)


def labels_everywhere() -> bytes:
    grid = plain_grid()[:4]
    grid += [["Số dư đầu kỳ: số dư cuối kỳ abc"] * 60 for _ in range(3_500)]
    return text_file(grid)


def far_cell() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = sheet["XFD1048576"] = "x"
    return saved(book)


def cell_not_so_far() -> bytes:
    """A gigabyte of empty cells: the machine would give it, the limit does not."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = sheet["SF100000"] = "x"
    return saved(book)


def wide() -> bytes:
    return workbook([[*range(61)]])


def too_many_rows() -> bytes:
    return workbook([*plain_grid(), *rows_of(LINES * 6_665)])


def many_styles() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in range(1, 4_000):
        sheet.cell(row, 1, f"text {row}").font = Font(size=1 + row / 10)
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def doctype(body: bytes) -> bytes:
    return with_sheet(b"<worksheet", b"<!DOCTYPE worksheet [" + body + b"]><worksheet")


def laughs() -> bytes:
    steps = b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10))
    return doctype(b'<!ENTITY l0 "lol">' + steps)


def in_utf_16() -> bytes:
    """XML in UTF-16 could declare entities that a search for bytes does not see."""

    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = (
            doctype_text("<!ENTITY x SYSTEM 'file:///etc/passwd'>") + parts[SHEET].decode()
        ).encode("utf-16")

    return rewritten(change)


def doctype_text(body: str) -> str:
    return f"<!DOCTYPE worksheet [{body}]>"


def encrypted_zip() -> bytes:
    content = bytearray(workbook(plain_grid()))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def lying_about_size() -> bytes:
    content = bytearray(rows_bomb())
    for mark, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark)
        while at >= 0:
            content[at + size : at + size + 4] = (1000).to_bytes(4, "little")
            at = content.find(mark, at + 4)
    return bytes(content)


def two_of_one_name() -> bytes:
    file = BytesIO(workbook(plain_grid()))
    with (
        zipfile.ZipFile(file, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        archive.writestr(SHEET, b"<worksheet/>")
    return file.getvalue()


def nested() -> bytes:
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", 8) as archive:
        archive.writestr("0", b"0" * 1_000_000)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", 8) as archive:
        for number in range(16):
            archive.writestr(f"{number}.zip", inner.getvalue())
    return file.getvalue()


def compound(name: str) -> bytes:
    """The start of an old binary file with an entry of that name."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return start + name.encode("utf-16-le") + bytes(512)


SOUND = workbook(plain_grid())
OLD = (Path(__file__).parents[2] / "data" / "statements" / "made-vietcombank.xls").read_bytes()
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n"
QUOTES = '"Số tài khoản;1\n' + 'Ngày;"Ghi có;Số dư\n01/10/2026;"5;5\n' * 3

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "F01 nothing": (lambda: b"", refusals.EMPTY),
    "F01 blanks": (lambda: b" \r\n\t" * 9, refusals.EMPTY),
    "F02 one byte": (lambda: b"x", refusals.NO_HEADER),
    "F03 10 MB and 1": (lambda: b"x" * (10 * 1024 * 1024 + 1), refusals.TOO_LARGE),
    "F04 PDF": (lambda: PDF, refusals.IS_PDF),
    "F05 page": (lambda: b"<html><table><tr><td>x</table>", refusals.IS_PAGE),
    "F05 page with a mark": ("\ufeff <!DOCTYPE html>".encode, refusals.IS_PAGE),
    "F05 page in UTF-16": (lambda: "<html><table>".encode("utf-16"), refusals.IS_PAGE),
    "F07 macro": (lambda: with_part("xl/vbaProject.bin"), refusals.WITH_PROGRAMS),
    "F07 old macro": (lambda: compound("_VBA_PROJECT_CUR"), refusals.WITH_PROGRAMS),
    "F08 xlsb": (lambda: nested_as("xl/workbook.bin"), refusals.NO_STATEMENT_FILE),
    "F09 ods": (lambda: nested_as("content.xml"), refusals.NO_STATEMENT_FILE),
    "F10 encrypted": (lambda: compound("EncryptedPackage"), refusals.LOCKED),
    "F11 password": (encrypted_zip, refusals.LOCKED),
    "F12 bomb": (rows_bomb, refusals.TOO_HEAVY),
    "F12 slim bomb": (slim_bomb, refusals.TOO_MANY_ROWS),
    "F13 nested": (nested, refusals.NO_STATEMENT_FILE),
    "F12 tags without an end": (tags_without_an_end, refusals.BROKEN),
    "F12 labels everywhere": (labels_everywhere, refusals.NO_LINES),
    "F14 far cell": (far_cell, refusals.TOO_HEAVY),
    "F14 cell not so far": (cell_not_so_far, refusals.TOO_HEAVY),
    "F15 styles": (many_styles, refusals.NO_HEADER),
    "F16 laughs": (laughs, refusals.WITH_PROGRAMS),
    "F16 laughs in UTF-16": (in_utf_16, refusals.WITH_PROGRAMS),
    "F17 file": (
        lambda: doctype(b'<!ENTITY x SYSTEM "file:///etc/passwd">'),
        refusals.WITH_PROGRAMS,
    ),
    "F18 address": (
        lambda: doctype(b'<!ENTITY % x SYSTEM "http://127.0.0.1:9/">'),
        refusals.WITH_PROGRAMS,
    ),
    "F19 up": (lambda: with_part("../../x"), refusals.WITH_PROGRAMS),
    "F19 root": (lambda: with_part("/etc/x"), refusals.WITH_PROGRAMS),
    "F19 drive": (lambda: with_part("C:\\x"), refusals.WITH_PROGRAMS),
    "F20 twice": (two_of_one_name, refusals.WITH_PROGRAMS),
    "F21 lie": (lying_about_size, refusals.BROKEN),
    "F22 half": (lambda: SOUND[: len(SOUND) // 2], refusals.BROKEN),
    "F22 half an old one": (lambda: OLD[: len(OLD) // 2], refusals.BROKEN),
    "F23 link": (lambda: with_part("xl/externalLinks/externalLink1.xml"), refusals.WITH_PROGRAMS),
    "F23 connection": (lambda: with_part("xl/connections.xml"), refusals.WITH_PROGRAMS),
    "F29 rows": (too_many_rows, refusals.TOO_MANY_ROWS),
    "F29 rows of text": (lambda: b"a;b\n" * 20_001, refusals.TOO_MANY_ROWS),
    "F29 columns": (wide, refusals.TOO_MANY_COLUMNS),
    "F30 quotes": (QUOTES.encode, refusals.BROKEN_TABLE),
    "F30 one line": (lambda: b"x" * 5_000_000, refusals.BROKEN_TABLE),
    "F30 one line of cells": (lambda: b"x;" * 2_500_000, refusals.TOO_MANY_COLUMNS),
    "F31 image": (lambda: b"GIF89a/*\x00\x01*/=1;alert(1)", refusals.NO_STATEMENT_FILE),
    "F31 image and archive": (lambda: b"GIF89a" + SOUND, refusals.NO_STATEMENT_FILE),
    "F36 EICAR": (lambda: b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", refusals.NO_HEADER),
    "201 parts": (
        lambda: rewritten(lambda parts: parts.update({f"x{i}": b"" for i in range(201)})),
        refusals.TOO_HEAVY,
    ),
    "unknown packing": (lambda: rewritten(lambda parts: None, 12), refusals.WITH_PROGRAMS),
}


def nested_as(name: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"x")
    return file.getvalue()


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused_soon(case: str) -> None:
    make, message = HOSTILE[case]
    content = make()
    started = time.perf_counter()

    with pytest.raises(StatementRefused) as refusal:
        read_statement(content)

    took = time.perf_counter() - started
    print(f"{case}: {len(content):,} bytes, {took:.2f} s")
    assert refusal.value.message == message
    assert took < 10


def test_a_bomb_does_not_get_past_the_gate() -> None:
    with pytest.raises(StatementRefused) as refusal:
        pass_workbook(rows_bomb())

    assert refusal.value.message == refusals.TOO_HEAVY
    assert pass_workbook(SOUND) == frozenset()


@pytest.mark.parametrize(
    ("hungry", "last_words"),
    [
        (f"bytearray({MEMORY_BYTES})", "MemoryError"),
        ("open('left-behind', 'wb', 0).write(b'x')", "File too large"),
        ("[0 for _ in iter(int, 1)]", ""),
    ],
)
def test_a_process_under_the_limits_gets_no_more(
    hungry: str, last_words: str, tmp_path: Path
) -> None:
    limits = (
        "from app.banking.statements import child;"
        " child.CPU_SECONDS = 1; child.limit_this_process();"
    )

    done = subprocess.run(
        [sys.executable, "-B", "-c", f"{limits} {hungry}"],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        timeout=10,
    )

    assert done.returncode != 0
    assert last_words in done.stderr.decode()


def test_memo_with_markup_and_formulas_is_text() -> None:
    grid = plain_grid()
    grid[4][5] = '=HYPERLINK("http://evil") <script>\u202e\x07\u200b x\ny'
    statement = read_statement(text_file(grid))

    assert statement.lines[0].description == '=HYPERLINK("http://evil") <script> x y'


def test_formula_in_a_column_of_money_is_refused_by_its_row() -> None:
    grid = plain_grid()
    grid[4][3] = "=250000*2"

    with pytest.raises(StatementRefused) as refusal:
        read_statement(workbook(grid))

    assert (refusal.value.message, refusal.value.row) == (refusals.FORMULA, 5)
