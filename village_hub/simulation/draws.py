"""Chance by name: the same seed and name give the same draws, whatever else is drawn in between."""

from __future__ import annotations

from hashlib import sha256
from math import exp, log

from village_hub.demo.chance import Chance
from village_hub.kernel.ids import SeededIds

FINE = 1 << 30


def chance(seed: int, *names: object) -> Chance:
    """Draws of their own for whatever these names stand for."""
    text = ":".join(map(str, (seed, *names)))
    return Chance(SeededIds(int.from_bytes(sha256(text.encode()).digest()[:8])))


def share(draw: Chance) -> float:
    """A number between 0 and 1, both excluded."""
    return (draw.between(0, FINE - 1) + 0.5) / FINE


def poisson(draw: Chance, mean: float) -> int:
    """How many of many unlikely things happen (Knuth 1969, by multiplication)."""
    number, product, limit = 0, share(draw), exp(-mean)
    while product > limit:
        number, product = number + 1, product * share(draw)
    return number


def beta(draw: Chance, mean: float, alike: float) -> float:
    """A share around a mean, the nearer to it the more alike everybody is (Jöhnk 1964, by rejection)."""
    if not 0 < mean < 1:
        return mean
    while True:
        one: float = share(draw) ** (1 / (mean * alike))
        other: float = share(draw) ** (1 / ((1 - mean) * alike))
        if 0 < one + other <= 1:
            return one / (one + other)


def waiting(draw: Chance, mean: float, before: float) -> float:
    """An exponential time, given that it ends before the limit."""
    return -mean * log(1 - share(draw) * (1 - exp(-before / mean)))
