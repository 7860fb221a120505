"""Passwords by argon2id (RFC 9106), two hashings at a time at most, whatever storms."""

import threading
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
TWO_AT_A_TIME: Final = threading.Semaphore(2)
MAX_LENGTH: Final = 128
# Checked when nobody has the e-mail, so that the answer takes as long as for a known one.
NOBODY: Final = HASHER.hash("no such person has this password")


def hash_password(password: str) -> str:
    """The hash to store; the password is NFC-normalised and taken whole."""
    with TWO_AT_A_TIME:
        return HASHER.hash(_normalised(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one hashed; takes the same time when there is no hash."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        with TWO_AT_A_TIME:
            HASHER.verify(password_hash or NOBODY, _normalised(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def _normalised(password: str) -> str:
    return unicodedata.normalize("NFC", password)
