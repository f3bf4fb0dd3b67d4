"""A history is a stage and a list of numbers; each number alone decides one step, so that any step can be left out.

That is what makes a failing seed small: steps are dropped as long as the rest still fails, and what is left replays.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

#: Seeds that begin at the same stage follow each other, so that a stage is built once for all of them.
SEEDS_A_STAGE = 50
STEPS = 12

Choice = TypeVar("Choice")


class Difference(AssertionError):
    """Something is not as people were promised."""


class Chance:
    """Everything that one step leaves open, drawn from its number."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)

    def percent(self, likely: int) -> bool:
        """True in so many of a hundred cases."""
        return self._random.randrange(100) < likely

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)

    def pick(self, options: Sequence[Choice]) -> Choice:
        return options[self._random.randrange(len(options))]

    def weighted(self, options: dict[Choice, int]) -> Choice:
        """One of the keys, as often as its value says."""
        return self._random.choices(list(options), list(options.values()))[0]


@dataclass(frozen=True)
class History:
    """What happens from a stage on; `ids` is the seed of the identifiers."""

    stage: str
    ids: int
    steps: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.stage}:{self.ids}:{','.join(map(str, self.steps))}"

    @classmethod
    def read(cls, text: str) -> History:
        """The history that `str` wrote down."""
        stage, ids, steps = text.split(":")
        return cls(stage, int(ids), tuple(map(int, filter(None, steps.split(",")))))

    @classmethod
    def of_seed(cls, seed: int, stages: Sequence[str]) -> History:
        """The history of a seed."""
        draw = random.Random(seed)
        stage = stages[seed // SEEDS_A_STAGE % len(stages)]
        return cls(stage, seed, tuple(draw.getrandbits(32) for _ in range(STEPS)))


def shrink(history: History, fails: Callable[[History], bool], tries: int = 80) -> History:
    """The same failure in fewer steps: first halves are left out, then quarters, down to single steps."""
    size = max(1, len(history.steps) // 2)
    while tries:
        shorter = _without(history, size)
        found = next((each for each in shorter[:tries] if fails(each)), None)
        tries = max(0, tries - len(shorter))
        if found is not None:
            history = found
        elif size == 1:
            break
        else:
            size //= 2
    return history


def _without(history: History, size: int) -> list[History]:
    starts = range(0, len(history.steps), size)
    return [replace(history, steps=history.steps[:at] + history.steps[at + size :]) for at in starts]
