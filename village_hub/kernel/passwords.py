"""Passwords: hashed by Argon2id, outside write transactions and off the hub's thread."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, NewType, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

PasswordHash = NewType("PasswordHash", str)
Result = TypeVar("Result")

_hasher = PasswordHasher()


def hash_password(password: str) -> PasswordHash:
    """The password as it may be kept; takes about 130 ms on purpose."""
    return PasswordHash(_off_the_hub(_hasher.hash, password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long where none is kept, so that the time tells nothing."""
    try:
        return _off_the_hub(_hasher.verify, kept or _nobodys(), password) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")


def _off_the_hub(work: Callable[..., Result], *args: Any) -> Result:
    """Under gevent every other greenlet of the process would wait for the arithmetic."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return work(*args)
    import gevent

    return gevent.get_hub().threadpool.apply(work, args)  # type: ignore[no-any-return]
