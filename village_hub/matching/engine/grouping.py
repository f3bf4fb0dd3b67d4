"""Which of the wishes that fit a key form its class: a knapsack over people with a lower and an upper limit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.tables import Bools, Ints

OUT_OF_REACH = -1e15
_EVEN = 1e-12


class Sack(NamedTuple):
    """Room to fill one class: `who`, `size`, `worth` and `real` (without prices) of those who could join.

    `best[j]` is the largest worth of exactly j people, `joins[r, j]` whether the r-th of `order` is in it; `picked`
    keeps names of the best group so far.
    """

    who: Ints
    size: Ints
    worth: Floats
    real: Floats
    order: Ints
    best: Floats
    joins: Bools
    chosen: Ints
    picked: Ints


def sack_for(wishes: int, highest: int) -> Sack:
    """Room for so many wishes and people."""
    numbers = [np.zeros(wishes, dtype=np.int64) for _ in range(5)]
    return Sack(
        numbers[0], numbers[1], np.zeros(wishes), np.zeros(wishes), numbers[2], np.zeros(highest + 1),
        np.zeros((wishes, highest + 1), dtype=np.bool_), numbers[3], numbers[4],
    )  # fmt: skip


def best_group(worth: Floats, people: Ints, lowest: int, highest: int) -> tuple[float, Ints]:
    """The subset with `lowest` ≤ people ≤ `highest` of largest worth (exact), as (worth, rising positions).

    The worth is −inf where no subset has such a size. Worths may be negative: people who cost something still join
    where the minimum needs them. O(n × highest) steps.
    """
    highest = min(highest, int(people.sum()))
    if highest < lowest:
        return -np.inf, np.zeros(0, dtype=np.int64)
    sack = sack_for(len(worth), highest)
    sack.who[:], sack.size[:], sack.worth[:] = np.arange(len(worth)), people, worth
    rows = pack(sack, len(worth), highest)
    rows = pack_rest(sack, len(worth), rows, lowest, highest, highest)
    total = fullest(sack, lowest, highest)
    if sack.best[total] < OUT_OF_REACH / 2:
        return -np.inf, np.zeros(0, dtype=np.int64)
    count = unpack(sack, rows, total)
    return float(sack.best[total]), np.sort(sack.chosen[:count])


@in_place
def pack(sack: Sack, count: int, highest: int) -> int:
    """Fills `best` for every size up to `highest` from those worth something; returns how many of `order` they are."""
    for total in range(highest + 1):
        sack.best[total] = OUT_OF_REACH
    sack.best[0] = 0.0
    rows = 0
    for place in range(count):
        if sack.worth[place] > 0:
            sack.order[rows] = place
            _add(sack, rows, highest)
            rows += 1
    return rows


@in_place
def pack_rest(sack: Sack, count: int, rows: int, lowest: int, highest: int, top: int) -> int:
    """Also looks at those who cost something, where the limits do not allow the best size up to `top` without them."""
    if rows == count:
        return rows
    most = between = OUT_OF_REACH
    for total in range(top + 1):
        most = max(most, sack.best[total])
        if lowest <= total <= highest:
            between = max(between, sack.best[total])
    if between >= most - _EVEN:
        return rows
    for place in range(count):
        if sack.worth[place] <= 0:
            sack.order[rows] = place
            _add(sack, rows, top)
            rows += 1
    return rows


@in_place
def fullest(sack: Sack, lowest: int, highest: int) -> int:
    """The size between the limits with the largest worth, the smallest of equals."""
    size = lowest
    for other in range(lowest + 1, highest + 1):
        if sack.best[other] > sack.best[size]:
            size = other
    return size


@in_place
def last_seat(sack: Sack, highest: int) -> float:
    """What the last of so many seats adds, where only those worth something are packed."""
    without = 0.0
    for total in range(highest):
        without = max(without, sack.best[total])
    return float(max(0.0, sack.best[highest] - without))


@in_place
def unpack(sack: Sack, rows: int, total: int) -> int:
    """Writes positions of those who make up `total` into `chosen` and returns how many they are."""
    count = 0
    for row in range(rows - 1, -1, -1):
        if sack.joins[row, total]:
            sack.chosen[count] = sack.order[row]
            count += 1
            total -= sack.size[sack.order[row]]
    return count


@in_place
def take_wanted(sack: Sack, count: int) -> int:
    """Everybody worth something, as `unpack` would write them."""
    taken = 0
    for place in range(count):
        if sack.worth[place] > 0:
            sack.chosen[taken] = place
            taken += 1
    return taken


@in_place
def _add(sack: Sack, row: int, highest: int) -> None:
    size, worth = sack.size[sack.order[row]], sack.worth[sack.order[row]]
    best, joins = sack.best, sack.joins[row]
    for total in range(min(size, highest + 1)):
        joins[total] = False
    for total in range(highest, size - 1, -1):
        raised = best[total - size] + worth
        joins[total] = raised > best[total]
        best[total] = max(raised, best[total])
