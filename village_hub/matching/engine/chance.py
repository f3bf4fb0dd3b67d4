"""Chance that a seed decides (xorshift64, Marsaglia 2003), for compiled loops."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from village_hub.matching.engine.compiled import in_place

Chance = npt.NDArray[np.uint64]


@in_place
def draw(chance: Chance) -> float:
    """The next number between 0 and 1 (xorshift64)."""
    bits = chance[0]
    bits ^= bits << np.uint64(13)
    bits ^= bits >> np.uint64(7)
    bits ^= bits << np.uint64(17)
    chance[0] = bits
    return float(bits >> np.uint64(11)) / 9007199254740992.0


@in_place
def below(chance: Chance, count: int) -> int:
    """The next whole number from 0 to `count` − 1."""
    return int(draw(chance) * count)
