"""Chance that is the same for the same seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from village_hub.kernel.ids import Ids

Thing = TypeVar("Thing")


class Chance:
    """Draws from the port for randomness, so that one seed always tells one story."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def between(self, lowest: int, highest: int) -> int:
        """A whole number from `lowest` to `highest`, both included."""
        return lowest + self._ids.below(highest - lowest + 1)

    def happens(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self._ids.below(100) < percent

    def one(self, things: Sequence[Thing]) -> Thing:
        """Any of the things."""
        return things[self._ids.below(len(things))]

    def some(self, things: Sequence[Thing], number: int) -> list[Thing]:
        """Different things in any order, `number` of them or all there are."""
        left = list(things)
        return [left.pop(self._ids.below(len(left))) for _ in range(min(number, len(left)))]

    def weighted(self, weights: Mapping[Thing, int]) -> Thing:
        """One of the keys, as often as its weight says."""
        mark = self._ids.below(sum(weights.values()))
        for thing, weight in weights.items():
            mark -= weight
            if mark < 0:
                return thing
        raise AssertionError("weights are positive")

    def around(self, spread: int) -> int:
        """A distance from the middle, seldom far: the mean of three draws up to `spread` to either side."""
        return sum(self.between(-spread, spread) for _ in range(3)) // 3
