"""Ids made by clients: UUIDv7, so that they sort by time and can be retried."""

import secrets
import time
from uuid import UUID

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def new_verify_code() -> str:
    """Twelve Crockford characters, 60 random bits: cannot be guessed, can be typed."""
    bits = secrets.randbits(60)
    return "".join([CROCKFORD[bits >> place & 31] for place in range(0, 60, 5)])
