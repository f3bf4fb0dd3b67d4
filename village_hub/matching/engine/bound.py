"""An upper bound by Lagrangian relaxation, and the prices it leaves behind for the search.

Model. A class of key k = (pool, venue, start) with wishes N and instructor i is worth gain(N) − cost(i). Coupling rows
are priced: each wish at most once (λ), each instructor at most once per half hour (μ), at most `caps_left` classes a
week (ν) and exactly the n sessions whose load is paid (ρ). What remains falls apart by venue: the best disjoint classes
of a venue (weighted interval scheduling, exact), each with its best group (knapsack, relaxed) and cheapest instructor.
For any prices ≥ 0

    L = Σ λ + Σ μ + Σ ν · caps_left + Σ_i max_n (ρ_i n − load_i(n)) + Σ_v best disjoint classes of v

is at least the value of every plan, so the run may stop at any time. Prices follow a deflected subgradient with Polyak
steps (Held, Wolfe and Crowder 1974; Camerini, Fratta and Maffioli 1975).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.candidates import Candidates
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import relaxed_groups
from village_hub.matching.engine.tables import Ints, Tables

Group = tuple[int, tuple[int, ...]]

_DEFLECTION = 0.7
_SETTLED = 30
_STALLS = 6
_SHRINK = 0.5
_SMALLEST_STEP = 1e-3
_CLOSE_ENOUGH = 1e-5
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Prices:
    """λ (W), μ (one per cell of `Hours`), ν (I × weeks), ρ (I), all in served people and ≥ 0."""

    wish: Floats
    hour: Floats
    week: Floats
    load: Floats


@dataclass(frozen=True, slots=True)
class Hours:
    """Half hours of instructors that some candidate uses, as sorted cells instructor × slots + slot.

    All half hours of a candidate are cells, so a class takes `length` cells in a row.
    """

    cells: Ints
    slots: int
    length: int
    slots_per_week: int

    @staticmethod
    def of(tables: Tables, found: Candidates) -> Hours:
        """The cells of these candidates."""
        start = found.start[np.repeat(np.arange(len(found)), np.diff(found.pair_ptr))]
        first = np.unique(found.instructor * tables.slots + start)
        length = tables.rules.length_slots
        cells = np.unique(first[:, None] + np.arange(length)[None, :])
        return Hours(cells, tables.slots, length, tables.rules.slots_per_week)

    def first_cell(self, instructors: Ints, starts: Ints) -> Ints:
        """Where the cells of a class begin."""
        return np.searchsorted(self.cells, instructors * self.slots + starts)

    def paid(self, prices: Prices, first: Ints) -> Floats:
        """μ of the classes whose cells begin at `first`."""
        sums = np.concatenate([np.zeros(1), np.cumsum(prices.hour)])
        return np.asarray(sums[first + self.length] - sums[first])

    def asked(self, prices: Prices, instructors: Ints, starts: Ints) -> Floats:
        """μ and ν of classes."""
        week = prices.week[instructors, starts // self.slots_per_week]
        return np.asarray(self.paid(prices, self.first_cell(instructors, starts)) + week)


@dataclass(frozen=True, slots=True)
class Dual:
    """The smallest bound seen, the prices that gave it, and the groups that were best at some prices on the way."""

    bound: float
    prices: Prices
    hours: Hours
    groups: list[Group]


def lagrangian(
    tables: Tables, found: Candidates, reached: float, iterations: int, keep_going: Callable[[], bool]
) -> Dual:
    """At most `iterations` steps from the prices where every wish pays what its best class leaves it.

    `reached` is the value of a known plan: it sets the step length and never enters the bound.
    """
    return _Relaxation(tables, found).descend(reached, iterations, keep_going)


class _Relaxation:
    def __init__(self, tables: Tables, found: Candidates) -> None:
        self.tables, self.found = tables, found
        self.length, weights = tables.rules.length_slots, tables.rules.weights
        self.load_weight, self.class_cost = weights.load, weights.class_cost
        self.caps = np.maximum(tables.caps_left, 0)
        self.most = self.caps.sum(axis=1)
        self.week = found.start // tables.rules.slots_per_week
        pair_key = np.repeat(np.arange(len(found)), np.diff(found.pair_ptr))
        self.hours = Hours.of(tables, found)
        self.pair_hour = self.hours.first_cell(found.instructor, found.start[pair_key])
        self.pair_week = found.instructor * self.caps.shape[1] + self.week[pair_key]
        place = found.venue * tables.slots + found.start
        self.place = np.cumsum(np.diff(place, prepend=place[:1]) != 0)

    def descend(self, reached: float, iterations: int, keep_going: Callable[[], bool]) -> Dual:
        prices = best = self._first_prices()
        slope = direction = None
        bound, theta, stalls, groups = np.inf, 1.0, 0, set[Group]()
        for iteration in range(iterations + 1):
            value, slope, chosen = self._relaxed(prices)
            if iteration >= min(iterations // 4, _SETTLED):
                groups.update(chosen)
            stalls = 0 if value < bound * (1 - _CLOSE_ENOUGH) else stalls + 1
            if value < bound:
                bound, best = value, prices
            if stalls >= _STALLS:
                theta, stalls, prices, direction = theta * _SHRINK, 0, best, None
            if bound - reached <= _CLOSE_ENOUGH * bound or theta < _SMALLEST_STEP or not keep_going():
                break
            direction = slope if direction is None else _mixed(direction, slope)
            prices, direction = _moved(prices, direction, theta * (value - reached))
        return Dual(bound * (1 + _SLACK) + _SLACK, best, self.hours, sorted(groups))

    def _first_prices(self) -> Prices:
        tables, found = self.tables, self.found
        cost = self.class_cost + np.minimum.reduceat(found.travel, found.pair_ptr[:-1])
        company = np.add.reduceat(tables.people[found.wish], found.wish_ptr[:-1])
        each = np.repeat(cost / np.minimum(company, found.highest), np.diff(found.wish_ptr))
        wish = np.zeros(len(tables.wishes))
        np.maximum.at(wish, found.wish, found.gain - each * tables.people[found.wish])
        hour = np.zeros(len(self.hours.cells))
        return Prices(wish, hour, np.zeros(self.caps.shape), self.load_weight * tables.loads.astype(np.float64))

    def _relaxed(self, prices: Prices) -> tuple[float, Prices, list[Group]]:
        tables, found = self.tables, self.found
        worth = found.gain - prices.wish[found.wish]
        paid = found.travel + self.hours.paid(prices, self.pair_hour)
        paid += prices.week.ravel()[self.pair_week] + prices.load[found.instructor]
        cost = np.minimum.reduceat(paid, found.pair_ptr[:-1]) + self.class_cost
        keys, value = self._disjoint(*self._best_in_place(worth, cost))
        sessions = self._sessions(prices.load)
        before = tables.loads + (sessions - 1) / 2
        total = prices.wish.sum() + prices.hour.sum() + (prices.week * self.caps).sum() + value
        total += (sessions * (prices.load - self.load_weight * before)).sum()
        slope = Prices(
            np.ones(len(prices.wish)), np.ones(prices.hour.shape), self.caps.astype(np.float64), sessions.copy()
        )
        groups: list[Group] = []
        if len(keys):
            _, entries, share = relaxed_groups(found, keys, worth, tables.people)
            np.subtract.at(slope.wish, found.wish[entries], share)
            chosen = self._cheapest(keys, paid)
            first = self.hours.first_cell(chosen, found.start[keys])
            np.subtract.at(slope.hour, first[:, None] + np.arange(self.length)[None, :], 1.0)
            np.subtract.at(slope.week, (chosen, self.week[keys]), 1.0)
            np.subtract.at(slope.load, chosen, 1.0)
            groups = self._whole_groups(keys, entries, share)
        return float(total), slope, groups

    def _best_in_place(self, worth: Floats, cost: Floats) -> tuple[Ints, Floats]:
        """The best key of each venue and start, looking closely only at keys that could still be it."""
        found = self.found
        optimistic = np.add.reduceat(np.maximum(worth, 0.0), found.wish_ptr[:-1]) - cost
        alive = np.flatnonzero(optimistic > 0)
        if not len(alive):
            return alive, np.zeros(0)
        order = np.lexsort((-optimistic[alive], self.place[alive]))
        alive = alive[order]
        leads = np.flatnonzero(np.diff(self.place[alive], prepend=-1))
        reached = np.zeros(int(self.place[-1]) + 1)
        value = np.zeros(len(alive))
        value[leads] = relaxed_groups(found, alive[leads], worth, self.tables.people)[0] - cost[alive[leads]]
        reached[self.place[alive[leads]]] = value[leads]
        second = optimistic[alive] > reached[self.place[alive]]
        second[leads] = False
        if second.any():
            rest = alive[second]
            value[second] = relaxed_groups(found, rest, worth, self.tables.people)[0] - cost[rest]
        order = np.lexsort((alive, -value, self.place[alive]))
        firsts = order[np.flatnonzero(np.diff(self.place[alive[order]], prepend=-1))]
        firsts = firsts[value[firsts] > 0]
        return alive[firsts], value[firsts]

    def _disjoint(self, keys: Ints, value: Floats) -> tuple[Ints, float]:
        """The best set of keys that do not overlap in their venue, venue by venue."""
        chosen: list[int] = []
        total = 0.0
        venues = self.found.venue[keys]
        for venue in np.unique(venues):
            own = np.flatnonzero(venues == venue)
            picked, worth = best_disjoint(self.found.start[keys[own]].tolist(), value[own].tolist(), self.length)
            chosen += keys[own[picked]].tolist()
            total += worth
        return np.array(chosen, dtype=np.int64), total

    def _sessions(self, load: Floats) -> Floats:
        if self.load_weight <= 0:
            return np.array(self.most, dtype=np.float64)
        sessions: Floats = np.clip(np.ceil(load / self.load_weight - self.tables.loads), 0, self.most)
        return sessions

    def _cheapest(self, keys: Ints, paid: Floats) -> Ints:
        ptr = self.found.pair_ptr
        return np.array(
            [self.found.instructor[ptr[key] + np.argmin(paid[ptr[key] : ptr[key + 1]])] for key in keys.tolist()],
            dtype=np.int64,
        )

    def _whole_groups(self, keys: Ints, entries: Ints, share: Floats) -> list[Group]:
        found, people, groups, begin = self.found, self.tables.people, list[Group](), 0
        for key in keys.tolist():
            end = begin + int(found.wish_ptr[key + 1] - found.wish_ptr[key])
            wishes, taken = found.wish[entries[begin:end]], share[begin:end]
            begin = end
            group = wishes[taken > 1 - 1e-9]
            size = int(people[group].sum())
            for part in wishes[(taken > 1e-9) & (taken <= 1 - 1e-9)].tolist():
                if size + people[part] <= found.highest[key]:
                    group, size = np.append(group, part), size + int(people[part])
            if found.lowest[key] <= size <= found.highest[key]:
                groups.append((key, tuple(sorted(group.tolist()))))
        return groups


def best_disjoint(starts: list[int], worths: list[float], length: int) -> tuple[list[int], float]:
    """Weighted interval scheduling: positions of the best classes of `length` among rising starts, and their worth."""
    best = [0.0]
    for place, worth in enumerate(worths):
        best.append(max(best[-1], worth + best[bisect_right(starts, starts[place] - length)]))
    chosen, place = [], len(starts)
    while place:
        if best[place] > best[place - 1]:
            chosen.append(place - 1)
            place = bisect_right(starts, starts[place - 1] - length)
        else:
            place -= 1
    return chosen[::-1], best[-1]


def _mixed(old: Prices, new: Prices) -> Prices:
    return Prices(
        *(_DEFLECTION * getattr(old, name) + (1 - _DEFLECTION) * getattr(new, name) for name in Prices.__slots__)
    )


def _moved(prices: Prices, direction: Prices, step: float) -> tuple[Prices, Prices]:
    """One projected step; directions that would only push a price below 0 are dropped and do not shorten it."""
    kept = Prices(
        *(
            np.where((getattr(prices, name) <= 0) & (getattr(direction, name) > 0), 0.0, getattr(direction, name))
            for name in Prices.__slots__
        )
    )
    norm = sum(float((getattr(kept, name) ** 2).sum()) for name in Prices.__slots__)
    scale = step / max(norm, 1e-9)
    moved = (np.maximum(getattr(prices, name) - scale * getattr(kept, name), 0.0) for name in Prices.__slots__)
    return Prices(*moved), kept
