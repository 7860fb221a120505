"""The square code that opens a web address, as a one-bit grey PNG.

For links only. The payment code (VietQR) has its own content and lives elsewhere.
"""

import struct
import zlib
from typing import Final

import segno

# Choosing the best of eight masks costs five times the rest, and any mask can be read.
_MASK: Final = 2
# Eight pixels a module: in a one-bit image a module is then one byte, and viewers that smooth
# enlarged images have next to nothing to smooth.
_PIXELS: Final = 8


def qr_png(url: str) -> bytes:
    """Draw `url` as black modules on white, without the quiet zone of four modules around them.

    Error correction M: a stain on 15 % does no harm. The same url gives the same bytes.
    Raises `segno.DataOverflowError` above 2,331 bytes.
    """
    matrix = segno.make(url, error="m", micro=False, boost_error=False, mask=_MASK).matrix
    rows = (b"\0" + row.translate(_INK) for row in matrix)  # 0: this row is not filtered
    pixels = zlib.compress(b"".join(row * _PIXELS for row in rows))
    side = len(matrix) * _PIXELS
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", pixels)
        + _chunk(b"IEND", b"")
    )


_INK: Final = bytes([0xFF, 0x00]) + bytes(254)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
