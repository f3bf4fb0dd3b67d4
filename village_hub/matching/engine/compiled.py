"""Loops over arrays, compiled to machine code when they first run and kept on disk for the next process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., object])

_HERE = Path(__file__).parent


def compiled(loop: Loop) -> Loop:
    """The same function as machine code; it may use numbers, arrays, named tuples of them and other compiled loops."""
    return _as_machine_code(loop, makes_arrays=True)


def in_place(loop: Loop) -> Loop:
    """As `compiled`, for a loop that makes no array and returns none: what it is given outlives it.

    So nobody has to count who holds which array, and it becomes part of the loops that call it (a named tuple of arrays
    is handed over array by array, which costs more than most of these loops do): it runs several times as fast. One
    that makes an array all the same, or calls a loop that returns one, must be `compiled`: the first is refused, the
    second would leak.
    """
    return _as_machine_code(loop, makes_arrays=False)


def _as_machine_code(loop: Loop, *, makes_arrays: bool) -> Loop:
    """Kept beside the source, or in `NUMBA_CACHE_DIR`.

    Where nothing can be kept, as in an installation that is read only, each process compiles for itself.
    """
    numba: Any = import_module("numba")
    config = numba.core.config
    given = config.CACHE_DIR
    config.CACHE_DIR = str(Path(given or _HERE / "__pycache__") / f"loops-{_edition()}")
    options = {"nogil": True, "error_model": "numpy", "_nrt": makes_arrays, "forceinline": not makes_arrays}
    try:
        return cast(Loop, numba.njit(cache=True, **options)(loop))
    except RuntimeError:
        return cast(Loop, numba.njit(**options)(loop))
    finally:
        config.CACHE_DIR = given


@cache
def _edition() -> str:
    """One name for the source of all loops: numba looks at one file at a time, and loops take in those of others."""
    return sha256(b"".join(each.read_bytes() for each in sorted(_HERE.glob("*.py")))).hexdigest()[:16]
