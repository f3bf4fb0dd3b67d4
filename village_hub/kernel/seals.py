"""Seals: personal texts that must be read again are kept encrypted, and are found again by a keyed fingerprint."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from village_hub.kernel.settings import Settings


class SealBroken(Exception):
    """The text was sealed with another secret key, for another purpose, or was changed."""


class Seals:
    """Two keys derived from one secret: one to seal (AES-SIV, RFC 5297), one for fingerprints (HMAC-SHA-256)."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESSIV(_key(secret, b"seal", 64))
        self._fingerprint_key = _key(secret, b"fingerprint", 32)

    def seal(self, text: str, purpose: str) -> str:
        """The text encrypted for one purpose."""
        return self._cipher.encrypt(text.encode(), [purpose.encode()]).hex()

    def unseal(self, sealed: str, purpose: str) -> str:
        """The text that was sealed for this purpose; raises SealBroken."""
        try:
            return self._cipher.decrypt(bytes.fromhex(sealed), [purpose.encode()]).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken(purpose) from error

    def fingerprint(self, text: str, purpose: str) -> str:
        """Equal for equal texts, and useless without the secret key."""
        return hmac.new(self._fingerprint_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


_secret: list[str] = []


def use_secret(secret: str) -> None:
    """Settle the process's secret key; called once, where the application is built."""
    _secret[:] = [secret]


def seals() -> Seals:
    """The process's seals: with the settled secret key, else with the environment's."""
    if not _secret:
        use_secret(Settings.from_environment().secret_key)
    return _seals_of(_secret[0])


@cache
def _seals_of(secret: str) -> Seals:
    return Seals(secret)


def _key(secret: str, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=b"village-hub " + purpose).derive(secret.encode())
