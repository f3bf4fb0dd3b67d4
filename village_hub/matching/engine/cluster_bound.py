"""A second bound, for towns: few wishes could meet there at all, so who meets whom is chosen exactly.

Model. Wishes fall into clusters that no key joins. Only what clusters share is priced: hours, weeks and load of
instructors as in `bound`, and half hours of venues (π). For any prices ≥ 0

    L = Σ μ + Σ ν · caps_left + Σ_i max_n (ρ_i n − load_i(n)) + Σ π + Σ_clusters best disjoint classes

is at least the value of every plan. In a cluster each set of wishes that fits some key is worth its best class, and the
best disjoint sets are found by dynamic programming over subsets (Held and Karp 1962). The relaxation in `bound` prices
wishes, so that a wish may be in two classes by half: where clusters are hardly larger than groups, that is most of its
gap. Ways between venues and people who rule each other out are left aside here; `chosen` keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.bound import descend
from village_hub.matching.engine.clusters import WIDEST, Clusters, clusters_of, subsets_of
from village_hub.matching.engine.columns import Column, agree, column_of
from village_hub.matching.engine.compiled import compiled
from village_hub.matching.engine.draft import Draft
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.prices import Prices, Rents, asked_of, of_instructors
from village_hub.matching.engine.selection import select
from village_hub.matching.engine.tables import Ints, Tables

_ITERATIONS = 60
_CLOSE = 1e-6  # as a share of the bound
_COLUMNS = 20_000  # left to choose among
_NODES = 500
_HALVINGS = 8


@dataclass(frozen=True, slots=True)
class Priced:
    """Clusters with the rents of the smallest bound met, and that bound."""

    clusters: Clusters
    rents: Rents
    bound: float


def priced(
    tables: Tables, market: Market, prices: Prices, reached: float, keep_going: Callable[[], bool]
) -> Priced | None:
    """The bound by clusters, met on the way from these prices; None where they are too large to look at all subsets."""
    clusters = clusters_of(market)
    if clusters is None:
        return None

    def relaxed(at: Rents, slope: Rents, _: int) -> float:
        return _relax(market, clusters, at, slope)

    free = np.zeros((len(tables.venues), prices.hour.shape[1]))
    first = Rents(prices.hour.copy(), prices.week.copy(), prices.load.copy(), free)
    bound, rents = descend(relaxed, first, reached, _ITERATIONS, keep_going)
    return Priced(clusters, rents, bound)


def chosen(market: Market, known: Priced, plan: Draft, keep_going: Callable[[], bool]) -> tuple[list[Column], float]:
    """The columns of this plan or of a better one, and the smallest bound.

    Among the classes that a better plan could hold at these rents the best are chosen; where all of them fit into one
    program, that is the proof as well (Baldacci, Christofides and Mingozzi 2008).
    """
    best, value, bound = plan.columns, plan.value, known.bound
    nothing = Draft(plan.tables, plan.found)
    while bound - value > _CLOSE * bound and keep_going():
        slack, offered = _offered(market, known, nothing, bound - value)
        selection = select(nothing, offered, nodes=_NODES)
        if selection is None:
            break
        before, reached = value, Draft(plan.tables, plan.found, selection.columns).value
        if reached > value + _CLOSE * bound:
            best, value = selection.columns, reached
        if slack >= bound - value:
            return best, min(bound, max(selection.bound, value))
        if value == before:
            break
    return best, bound


def _offered(market: Market, known: Priced, nothing: Draft, slack: float) -> tuple[float, list[Column]]:
    """All classes that a plan so little below the bound could hold; of a smaller slack where those are too many.

    Where too many are worth the same, only some of them, with a slack of 0: they prove nothing.
    """
    place, least = np.empty((3, _COLUMNS), np.int64), slack / 2**_HALVINGS
    while (count := _promising(market, known.clusters, known.rents, slack, *place)) > _COLUMNS and slack > 0:
        slack = slack / 2 if slack > least else 0.0
    columns = (_column(nothing, known.clusters, *each) for each in zip(*place[:, :count].tolist(), strict=True))
    return slack, sorted(
        one for one in columns if nothing.fits(one) and agree(nothing.tables, one.wishes, one.instructor)
    )


def _column(nothing: Draft, clusters: Clusters, key: int, instructor: int, mask: int) -> Column:
    found = nothing.found
    wishes = found.wish[found.wish_ptr[key] : found.wish_ptr[key + 1]]
    group = wishes[(mask >> clusters.bit[wishes]) & 1 == 1]
    return column_of(nothing.tables, found, key, tuple(group.tolist()), instructor)


@compiled
def _relax(market: Market, clusters: Clusters, rents: Rents, slope: Rents) -> float:
    """The value of the relaxed problem, with its slope."""
    total, asked = of_instructors(market, rents, slope) + rents.room.sum(), asked_of(market, rents)
    slope.room[:] = 1.0
    sets = len(clusters.mask)
    worth, best_key, best_who = np.empty(sets), np.empty(sets, np.int64), np.empty(sets, np.int64)
    _best_classes(market, clusters, rents, asked, worth, best_key, best_who)
    largest = 1 << clusters.size.max()
    reached, chosen = np.empty(largest), np.empty(largest, np.int64)
    for cluster in range(len(clusters.size)):
        everybody = (1 << clusters.size[cluster]) - 1
        _pack(clusters, cluster, worth, reached, chosen)
        total += reached[everybody]
        left = everybody
        while left:
            one = chosen[left]
            if one < 0:
                left &= left - 1
                continue
            left ^= clusters.mask[one]
            key, who = best_key[one], best_who[one]
            start = market.start[key]
            for slot in range(start, start + market.length):
                slope.hour[who, slot] -= 1.0
                slope.room[market.venue[key], slot] -= 1.0
            slope.week[who, start // market.week] -= 1.0
            slope.load[who] -= 1.0
    return float(total)


@compiled
def _best_classes(
    market: Market, clusters: Clusters, rents: Rents, asked: Floats, worth: Floats, best_key: Ints, best_who: Ints
) -> None:
    """For each set the class that is worth most, with its key and instructor."""
    masks, people, gain = np.empty(1 << WIDEST, np.int64), np.empty(1 << WIDEST, np.int64), np.empty(1 << WIDEST)
    most = market.people.max() * WIDEST + 1
    cost, cheapest = np.empty(most), np.empty(most, np.int64)
    worth[:] = 0.0
    for cluster in range(len(clusters.size)):
        for place in range(clusters.key_ptr[cluster], clusters.key_ptr[cluster + 1]):
            key = clusters.key[place]
            start, venue = market.start[key], market.venue[key]
            rent = 0.0
            for slot in range(start, start + market.length):
                rent += rents.room[venue, slot]
            cost[:] = np.inf
            for at in range(market.crew_ptr[key], market.crew_ptr[key + 1]):
                who = market.who[at]
                paid = market.cost[at] + asked[start, who] + rent - market.bonus[key]
                low, high = max(market.lowest[key], market.fewest[who]), min(market.highest[key], market.most[who])
                for number in range(low, min(high, most - 1) + 1):
                    if paid < cost[number]:
                        cost[number], cheapest[number] = paid, who
            for each in range(1, subsets_of(market, key, clusters.bit, masks, people, gain)):
                number = clusters.number[clusters.first[cluster] + masks[each]]
                if number >= 0 and gain[each] - cost[people[each]] > worth[number]:
                    worth[number] = gain[each] - cost[people[each]]
                    best_key[number], best_who[number] = key, cheapest[people[each]]


@compiled
def _pack(clusters: Clusters, cluster: int, worth: Floats, reached: Floats, chosen: Ints) -> None:
    """The best disjoint sets among each subset of a cluster: `chosen` is the one with its lowest bit, −1 for none."""
    reached[0] = 0.0
    mask, value = np.empty(len(clusters.mask), np.int64), np.empty(len(clusters.mask))
    number = np.empty(len(clusters.mask), np.int64)
    ptr = np.zeros(clusters.set_ptr.shape[1], np.int64)
    used = 0
    for bit in range(clusters.size[cluster]):
        for each in range(clusters.set_ptr[cluster, bit], clusters.set_ptr[cluster, bit + 1]):
            if worth[each] > 0:
                mask[used], value[used], number[used] = clusters.mask[each], worth[each], each
                used += 1
        ptr[bit + 1] = used
    for left in range(1, 1 << clusters.size[cluster]):
        bit = 0
        while not left >> bit & 1:
            bit += 1
        best, one = reached[left & (left - 1)], -1
        for each in range(ptr[bit], ptr[bit + 1]):
            if mask[each] & left == mask[each]:
                total = value[each] + reached[left ^ mask[each]]
                if total > best:
                    best, one = total, number[each]
        reached[left], chosen[left] = best, one


@compiled
def _promising(
    market: Market, clusters: Clusters, rents: Rents, slack: float, key_of: Ints, who_of: Ints, mask_of: Ints
) -> int:
    """Classes that a plan less than `slack` below the bound could hold; returns how many, though only so many fit."""
    asked, sets, count = asked_of(market, rents), len(clusters.mask), 0
    worth, best_key, best_who = np.empty(sets), np.empty(sets, np.int64), np.empty(sets, np.int64)
    _best_classes(market, clusters, rents, asked, worth, best_key, best_who)
    masks, people, gain = np.empty(1 << WIDEST, np.int64), np.empty(1 << WIDEST, np.int64), np.empty(1 << WIDEST)
    largest = 1 << clusters.size.max()
    reached, chosen = np.empty(largest), np.empty(largest, np.int64)
    for cluster in range(len(clusters.size)):
        everybody = (1 << clusters.size[cluster]) - 1
        _pack(clusters, cluster, worth, reached, chosen)
        for place in range(clusters.key_ptr[cluster], clusters.key_ptr[cluster + 1]):
            key = clusters.key[place]
            start = market.start[key]
            rent = 0.0
            for slot in range(start, start + market.length):
                rent += rents.room[market.venue[key], slot]
            subsets = subsets_of(market, key, clusters.bit, masks, people, gain)
            for at in range(market.crew_ptr[key], market.crew_ptr[key + 1]):
                who = market.who[at]
                paid = market.cost[at] + asked[start, who] + rent - market.bonus[key]
                low, high = max(market.lowest[key], market.fewest[who]), min(market.highest[key], market.most[who])
                for each in range(1, subsets):
                    others = reached[everybody ^ masks[each]] - reached[everybody]
                    if low <= people[each] <= high and gain[each] - paid + others >= -slack:
                        if count < len(key_of):
                            key_of[count], who_of[count], mask_of[count] = key, who, masks[each]
                        count += 1
    return count
