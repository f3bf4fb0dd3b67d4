"""Plans for two sides: the best edge again and again, then chains in which one visit makes room for another.

Source: ejection chains (Glover 1996) on the generalised assignment with conflicts, started from the prices of the bound
as in Lagrangian heuristics.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import in_place
from village_hub.matching.engine.pairs import Pairs
from village_hub.matching.engine.tables import Bools, Ints

_NONE = -1
_NEVER = -1e18
_EVEN = 1e-9


class Visits(NamedTuple):
    """`edge[w]` is the edge that serves wish w, or −1; `held[h]` the wish that takes half hour h, or −1.

    `used` counts visits per instructor and week, `sessions` per instructor; wishes on the way of a chain are `locked`.
    """

    edge: Ints
    held: Ints
    used: Ints
    sessions: Ints
    locked: Bools


def no_visits(pairs: Pairs) -> Visits:
    """Nobody is visited."""
    wishes = len(pairs.ptr) - 1
    return Visits(
        np.full(wishes, _NONE), np.full(len(pairs.hour_of), _NONE), np.zeros_like(pairs.caps),
        np.zeros(len(pairs.loads), dtype=np.int64), np.zeros(wishes, dtype=np.bool_),
    )  # fmt: skip


@in_place
def value_of_visits(pairs: Pairs, visits: Visits) -> float:
    """Worth of all visits less the load of their instructors."""
    total = 0.0
    for wish in range(len(visits.edge)):
        if visits.edge[wish] >= 0:
            total += pairs.worth[visits.edge[wish]]
    for one in range(len(visits.sessions)):
        for before in range(visits.sessions[one]):
            total -= pairs.load * (pairs.loads[one] + before)
    return total


@in_place
def fill_visits(pairs: Pairs, visits: Visits, order: Ints, wish_of: Ints) -> None:
    """Takes edges in this order as long as they fit and are worth something."""
    for edge in order:
        wish = wish_of[edge]
        if visits.edge[wish] < 0 and _blockers(pairs, visits, edge)[0] == 0 and _net(pairs, visits, edge) > 0:
            _put(pairs, visits, wish, edge)


@in_place
def improve_visits(pairs: Pairs, visits: Visits, wishes: Ints, depth: int, width: int) -> float:
    """One round of chains from each of these wishes; returns what was won."""
    won = 0.0
    for wish in wishes:
        old = visits.edge[wish]
        before = 0.0
        if old >= 0:
            before = _take(pairs, visits, wish)
        gain = _place(pairs, visits, wish, before + _EVEN, depth, width)
        if gain > _NEVER / 2:
            won += gain - before
        elif old >= 0:
            _put(pairs, visits, wish, old)
    return won


@in_place
def settle(pairs: Pairs, visits: Visits, wishes: Ints) -> None:
    """Each wish takes the best edge that is free, until nobody finds a better one."""
    won = True
    while won:
        won = False
        for wish in wishes:
            old = visits.edge[wish]
            before = _take(pairs, visits, wish) if old >= 0 else 0.0
            better = _best_free(pairs, visits, wish)
            if better >= 0 and _net(pairs, visits, better) > before + _EVEN:
                _put(pairs, visits, wish, better)
                won = True
            elif old >= 0:
                _put(pairs, visits, wish, old)


@in_place
def _net(pairs: Pairs, visits: Visits, edge: int) -> float:
    """What one more visit adds."""
    who = pairs.who[edge]
    return float(pairs.worth[edge] - pairs.load * (pairs.loads[who] + visits.sessions[who]))


@in_place
def _put(pairs: Pairs, visits: Visits, wish: int, edge: int) -> float:
    added = _net(pairs, visits, edge)
    visits.edge[wish] = edge
    for hour in range(pairs.hour[edge], pairs.hour[edge] + pairs.length):
        visits.held[hour] = wish
    visits.used[pairs.week[edge]] += 1
    visits.sessions[pairs.who[edge]] += 1
    return added


@in_place
def _take(pairs: Pairs, visits: Visits, wish: int) -> float:
    """Ends a visit and returns what it added."""
    edge = visits.edge[wish]
    visits.edge[wish] = _NONE
    for hour in range(pairs.hour[edge], pairs.hour[edge] + pairs.length):
        visits.held[hour] = _NONE
    visits.used[pairs.week[edge]] -= 1
    visits.sessions[pairs.who[edge]] -= 1
    return _net(pairs, visits, edge)


@in_place
def _blockers(pairs: Pairs, visits: Visits, edge: int) -> tuple[int, int, int]:
    """How many visits stand in the way (3: too many, or one that is locked), and up to two of their wishes."""
    first = second = _NONE
    week = pairs.week[edge]
    room = pairs.caps[week] - visits.used[week]
    for hour in range(pairs.hour[edge], pairs.hour[edge] + pairs.length):
        wish = visits.held[hour]
        if wish < 0 or wish in (first, second):
            continue
        if visits.locked[wish] or second >= 0:
            return 3, first, second
        if first < 0:
            first = wish
        else:
            second = wish
        room += pairs.week[visits.edge[wish]] == week
    if room <= 0:
        cheapest = _cheapest(pairs, visits, edge, first)
        if cheapest < 0 or second >= 0:
            return 3, first, second
        if first < 0:
            first = cheapest
        else:
            second = cheapest
    return (first >= 0) + (second >= 0), first, second


@in_place
def _cheapest(pairs: Pairs, visits: Visits, edge: int, but: int) -> int:
    """The visit of the same instructor and week that loses least by going elsewhere."""
    least, found = np.inf, _NONE
    who, last = pairs.who[edge], _NONE
    for place in range(pairs.own_ptr[who], pairs.own_ptr[who + 1]):
        wish = pairs.own[place]
        held = visits.edge[wish]
        if wish in (last, but) or held < 0 or visits.locked[wish] or pairs.week[held] != pairs.week[edge]:
            continue
        last = wish
        other = _best_free(pairs, visits, wish)
        loss = pairs.worth[held] - (_net(pairs, visits, other) if other >= 0 else 0.0)
        if loss < least:
            least, found = loss, wish
    return found


@in_place
def _best_free(pairs: Pairs, visits: Visits, wish: int) -> int:
    """The best edge of the wish with nobody in the way."""
    best, found = 0.0, _NONE
    for edge in range(pairs.ptr[wish], pairs.ptr[wish + 1]):
        if pairs.worth[edge] <= best:
            continue
        week = pairs.week[edge]
        free = visits.used[week] < pairs.caps[week]
        for hour in range(pairs.hour[edge], pairs.hour[edge] + pairs.length):
            free &= visits.held[hour] < 0
        if free and _net(pairs, visits, edge) > best:
            best, found = _net(pairs, visits, edge), edge
    return found


@in_place
def _place(pairs: Pairs, visits: Visits, wish: int, need: float, depth: int, width: int) -> float:
    """Serves a wish that is free so that more than `need` is won in all, or changes nothing and says never."""
    tried = 0
    for edge in range(pairs.ptr[wish], pairs.ptr[wish + 1]):
        if pairs.worth[edge] <= need:
            continue
        count, first, second = _blockers(pairs, visits, edge)
        if count == 0:
            if _net(pairs, visits, edge) > need:
                return _put(pairs, visits, wish, edge)
            continue
        if count > 2:
            continue
        tried += 1
        if tried > width:
            break
        one, other = visits.edge[first], visits.edge[second] if second >= 0 else _NONE
        gain = -_take(pairs, visits, first)
        if second >= 0:
            gain -= _take(pairs, visits, second)
        gain += _put(pairs, visits, wish, edge)
        visits.locked[wish] = True
        last, free = first, _NONE
        if second >= 0:
            last, free = second, _best_free(pairs, visits, first)
            if free >= 0:
                gain += _put(pairs, visits, first, free)
            visits.locked[first] = True
        further = _NEVER
        if depth > 0:
            further = _place(pairs, visits, last, max(0.0, need - gain), depth - 1, width)
        visits.locked[wish] = visits.locked[first] = False
        if further > _NEVER / 2:
            return gain + further
        if gain > need:
            return gain
        _take(pairs, visits, wish)
        if free >= 0:
            _take(pairs, visits, first)
        _put(pairs, visits, first, one)
        if second >= 0:
            _put(pairs, visits, second, other)
    return _NEVER
