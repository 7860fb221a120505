"""Secrets of feeds lie sealed in the database: a stolen dump forges no money."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealBroken(Exception):
    """What was sealed cannot be read: another SECRET_KEY sealed it, or it was changed."""


def seal(secret: str, *, key: str) -> bytes:
    """Seal a secret under SECRET_KEY `key`."""
    return _box(key).encrypt(secret.encode())


def unseal(sealed: bytes, *, key: str) -> str:
    """The secret.

    Raises:
        SealBroken: it was sealed under another key, or changed since.
    """
    try:
        return _box(key).decrypt(sealed).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _box(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"bank feeds").derive(
        key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
