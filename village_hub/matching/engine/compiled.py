"""Loops over arrays, compiled to machine code when they first run and kept on disk for the next process."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """The same function as machine code; it may use numbers, arrays, named tuples of them and other compiled loops.

    Where nothing can be kept on disk, as in an installation that is read only, each process compiles for itself.
    """
    njit = import_module("numba").njit
    try:
        return cast(Loop, njit(cache=True, nogil=True, error_model="numpy")(loop))
    except RuntimeError:
        return cast(Loop, njit(nogil=True, error_model="numpy")(loop))
