"""Which of the wishes that fit a key form its class: a knapsack over people with a lower and an upper limit."""

from __future__ import annotations

import numpy as np

from village_hub.matching.engine.candidates import Candidates, spread
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.tables import Ints

_OUT_OF_REACH = -1e15


def best_group(worth: Floats, people: Ints, lowest: int, highest: int) -> tuple[float, Ints]:
    """The subset with `lowest` ≤ people ≤ `highest` of largest worth (exact), as (worth, positions).

    The worth is −inf where no subset has such a size. Worths may be negative: people who cost something still join
    where the minimum needs them. O(n × highest) steps.
    """
    wanted = np.flatnonzero(worth > 0)
    size = int(people[wanted].sum())
    if lowest <= size <= highest:
        return float(worth[wanted].sum()), wanted
    if size > highest:
        total, chosen = _knapsack(worth, people, wanted, 0, highest)
        if people[chosen].sum() >= lowest:
            return total, chosen
    return _knapsack(worth, people, np.argsort(-worth, kind="stable"), lowest, highest)


def relaxed_groups(found: Candidates, keys: Ints, worth: Floats, people: Ints) -> tuple[Floats, Ints, Floats]:
    """For each key a value no group of it can exceed: its knapsack with wishes taken in part.

    `worth` has one number per entry of the candidates, `people` one per wish. Returns the values, the entries of the
    keys one after another, and the share taken of each. Source: Dantzig's bound, extended by the lower limit.
    """
    entries, _ = spread(found.wish_ptr, keys)
    lengths = found.wish_ptr[keys + 1] - found.wish_ptr[keys]
    place = np.repeat(np.arange(len(keys)), lengths)
    own, sizes = worth[entries], people[found.wish[entries]]
    order = np.lexsort((-own / sizes, place))
    entries, own, sizes = entries[order], own[order], sizes[order]
    begins = np.cumsum(lengths) - lengths
    ahead = np.cumsum(sizes) - sizes
    ahead -= ahead[begins][place]
    limit = np.where(own > 0, found.highest[keys][place], found.lowest[keys][place])
    share = np.clip((limit - ahead) / sizes, 0.0, 1.0)
    return np.add.reduceat(share * own, begins), entries, share


def _knapsack(worth: Floats, people: Ints, order: Ints, lowest: int, highest: int) -> tuple[float, Ints]:
    best = np.full(highest + 1, _OUT_OF_REACH)
    best[0] = 0.0
    joins = np.zeros((len(order), highest + 1), dtype=np.bool_)
    for step, row in enumerate(order.tolist()):
        size = int(people[row])
        if size > highest:
            continue
        raised = best[: highest + 1 - size] + worth[row]
        better = raised > best[size:]
        joins[step, size:] = better
        best[size:] = np.where(better, raised, best[size:])
    total = int(np.argmax(best[lowest:])) + lowest if lowest <= highest else 0
    if lowest > highest or best[total] < _OUT_OF_REACH / 2:
        return -np.inf, np.zeros(0, dtype=np.int64)
    value, chosen = float(best[total]), []
    for step in range(len(order) - 1, -1, -1):
        if joins[step, total]:
            chosen.append(int(order[step]))
            total -= int(people[order[step]])
    return value, np.sort(np.array(chosen, dtype=np.int64))
