"""The port for identifiers and randomness: nobody else draws them."""

from __future__ import annotations

import random
import secrets
import time
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session


class Ids(Protocol):
    """Draws identifiers, secrets and random numbers."""

    def new(self) -> UUID: ...

    def secret(self) -> str: ...

    def below(self, bound: int) -> int: ...


class SystemIds:
    """Time-ordered version 7 identifiers (RFC 9562 § 5.7) and the machine's own randomness."""

    def new(self) -> UUID:
        milliseconds = time.time_ns() // 1_000_000
        value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
        return UUID(int=value | 0b10 << 62 | secrets.randbits(62))

    def secret(self) -> str:
        return secrets.token_urlsafe(32)

    def below(self, bound: int) -> int:
        return secrets.randbelow(bound)


class SeededIds:
    """The same identifiers in the same order for one seed; for tests, simulations and the demo city."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def new(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def secret(self) -> str:
        return f"{self._random.getrandbits(256):064x}"

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)


def new_id(session: Session) -> UUID:
    """A fresh identifier from the port that the write session carries."""
    ids: Ids = session.info["ids"]
    return ids.new()


def new_secret(session: Session) -> str:
    """A fresh unguessable text from the port that the write session carries."""
    ids: Ids = session.info["ids"]
    return ids.secret()


def random_below(session: Session, bound: int) -> int:
    """A random whole number from 0 up to, not including, `bound`."""
    ids: Ids = session.info["ids"]
    return ids.below(bound)
