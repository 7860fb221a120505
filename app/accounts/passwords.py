"""Passwords by argon2id (RFC 9106), two hashings at a time at most, whatever storms."""

import threading
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.kernel.errors import Invalid, marked

HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
TWO_AT_A_TIME: Final = threading.Semaphore(2)
# A password alone opens the books, so it is long and needs no other rule (NIST SP 800-63B-4).
MIN_LENGTH: Final = 15
MAX_LENGTH: Final = 128
NEVER_TYPED: Final = {"Cc", "Cs"}
LENGTHS: Final = marked(
    "Mật khẩu có từ %(low)s đến %(high)s ký tự, ví dụ bốn năm từ không dính dáng nhau."
)
STRANGE: Final = marked("Mật khẩu có ký tự không gõ được bằng bàn phím. Hãy bỏ ký tự ấy.")
IS_EMAIL: Final = marked("Đừng lấy chính thư điện tử làm mật khẩu.")
# Checked when nobody has the e-mail, so that the answer takes as long as for a known one.
NOBODY: Final = HASHER.hash("no such person has this password")


def refuse_unfit(password: str, *, email: str) -> None:
    """Refuse a new password that could be guessed or not be typed again.

    Raises:
        Invalid: at `password`: too short or too long, with a control character, or the e-mail.
    """
    taken = _normalised(password)
    if not MIN_LENGTH <= len(taken) <= MAX_LENGTH:
        raise Invalid("password", LENGTHS, low=MIN_LENGTH, high=MAX_LENGTH)
    if any(unicodedata.category(sign) in NEVER_TYPED for sign in taken):
        raise Invalid("password", STRANGE)
    if taken.casefold() == email.casefold():
        raise Invalid("password", IS_EMAIL)


def hash_password(password: str) -> str:
    """The hash to store; the password is NFC-normalised and taken whole."""
    with TWO_AT_A_TIME:
        return HASHER.hash(_normalised(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one hashed; takes the same time when there is no hash."""
    given = _normalised(password)
    if len(given) > MAX_LENGTH:
        return False
    try:
        with TWO_AT_A_TIME:
            # Bytes, for a lone surrogate is a wrong password and no fault.
            HASHER.verify(password_hash or NOBODY, given.encode("utf-8", "surrogatepass"))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def _normalised(password: str) -> str:
    """The password in NFC; of an endless one only what shows that it is too long."""
    return unicodedata.normalize("NFC", password[: 5 * MAX_LENGTH])
