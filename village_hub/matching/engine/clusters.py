"""Clusters: wishes that could meet at all, and every set of them that some key would hold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.tables import Bools, Ints

WIDEST = 12  # wishes of a key
_LARGEST = 20  # wishes of a cluster
_SUBSETS = 20_000_000  # of the wishes of all keys
_STEPS = 100_000_000  # of the dynamic programme over all subsets of clusters


class Clusters(NamedTuple):
    """C clusters of keys `key[key_ptr[c]:…]` and `size[c]` wishes, each wish w the bit `bit[w]` of its own.

    Sets that could meet are `mask[set_ptr[c, b]:set_ptr[c, b + 1]]`, those with lowest bit b; set m of cluster c has
    the number `number[first[c] + m]`, −1 if it cannot meet.
    """

    key_ptr: Ints
    key: Ints
    size: Ints
    bit: Ints
    mask: Ints
    set_ptr: Ints
    number: Ints
    first: Ints


def clusters_of(market: Market) -> Clusters | None:
    """Wishes that some key joins, and all their subsets that could meet; None where there are too many."""
    widths = np.diff(market.wish_ptr)
    if widths.max() > WIDEST or (2.0**widths).sum() > _SUBSETS:
        return None
    leader = _leaders(market)
    leaders, cluster = np.unique(leader, return_inverse=True)
    size = np.bincount(cluster)
    if size.max() > _LARGEST:
        return None
    asked = np.bincount(market.wish, minlength=len(market.people))
    order = np.lexsort((asked, cluster))
    begins = np.searchsorted(cluster[order], np.arange(len(leaders)))
    bit = np.empty(len(order), dtype=np.int64)
    bit[order] = np.arange(len(order)) - begins[cluster[order]]
    of_key = cluster[market.wish[market.wish_ptr[:-1]]]
    key = np.argsort(of_key, kind="stable")
    first = np.append(0, np.cumsum(1 << size))
    meets = np.zeros(first[-1], dtype=np.bool_)
    _mark(market, of_key, bit, first, meets)
    found = np.flatnonzero(meets)
    at = np.searchsorted(first, found, side="right") - 1
    mask = found - first[at]
    lowest = np.log2(mask & -mask).astype(np.int64)
    order = np.lexsort((mask, lowest, at))
    number = np.full(first[-1], -1, dtype=np.int64)
    number[found[order]] = np.arange(len(found))
    ranks = (at * (_LARGEST + 1) + lowest)[order]
    set_ptr = np.searchsorted(ranks, np.arange(len(leaders) * (_LARGEST + 1))).reshape(len(leaders), _LARGEST + 1)
    with_bit = np.diff(set_ptr, axis=1)
    if (with_bit * 2.0 ** (size[:, None] - 1 - np.arange(_LARGEST))).sum() > _STEPS:
        return None
    key_ptr = np.searchsorted(of_key[key], np.arange(len(leaders) + 1))
    return Clusters(key_ptr, key, size, bit, mask[order], set_ptr, number, first)


@compiled
def _leaders(market: Market) -> Ints:
    """For each wish one that stands for all it could meet, also by way of others."""
    leader = np.arange(len(market.people))
    for key in range(len(market.venue)):
        one = market.wish[market.wish_ptr[key]]
        while leader[one] != one:
            one = leader[one]
        for entry in range(market.wish_ptr[key] + 1, market.wish_ptr[key + 1]):
            other = market.wish[entry]
            while leader[other] != other:
                other = leader[other]
            low, high = min(one, other), max(one, other)
            leader[high], one = low, low
    for wish in range(len(leader)):
        leader[wish] = leader[leader[wish]]
    return leader


@in_place
def subsets_of(market: Market, key: int, bit: Ints, masks: Ints, people: Ints, worth: Floats) -> int:
    """Writes all sets of a key's wishes, their people and what they gain; returns how many there are with the empty."""
    masks[0], people[0], worth[0] = 0, 0, 0.0
    count = 1
    for entry in range(market.wish_ptr[key], market.wish_ptr[key + 1]):
        wish = market.wish[entry]
        for each in range(count):
            masks[count + each] = masks[each] | (1 << bit[wish])
            people[count + each] = people[each] + market.people[wish]
            worth[count + each] = worth[each] + market.gain[entry]
        count *= 2
    return count


@compiled
def _mark(market: Market, of_key: Ints, bit: Ints, first: Ints, meets: Bools) -> None:
    masks, people, worth = np.empty(1 << WIDEST, np.int64), np.empty(1 << WIDEST, np.int64), np.empty(1 << WIDEST)
    for key in range(len(of_key)):
        for each in range(subsets_of(market, key, bit, masks, people, worth)):
            if market.lowest[key] <= people[each] <= market.highest[key]:
                meets[first[of_key[key]] + masks[each]] = True
