"""From pairs to a plan for two sides: prices, a plan at these prices, chains where something priced lies idle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.bound import descend
from village_hub.matching.engine.columns import Column
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.pair_bound import Charges, no_charges, reduced_worths, relax_pairs
from village_hub.matching.engine.pair_search import (
    Visits,
    fill_visits,
    improve_visits,
    no_visits,
    settle,
    value_of_visits,
)
from village_hub.matching.engine.pairs import Pairs, narrowed
from village_hub.matching.engine.plan import Plan, Tariff
from village_hub.matching.engine.tables import Ints, Tables

_ITERATIONS_PER_EFFORT = 3  # a step costs a hundredth of one over groups
_FOR_PRICES = 0.75
_AT_FIRST = 24  # best edges of each wish that the first plan chooses among, where prices follow
_FEW = 2_000  # edges that a better plan could still hold: so many are all looked at
_BEHIND = 0.06  # of more, only those this little worse than the best of their wish, in shares of an average visit
_OF_ONE_WISH = 12
_DEPTHS = (3, 4, 5)
_WIDTH = 8
_WON = 1e-5
_NEAR = 2e-4
_IDLE = 1e-9


@dataclass(frozen=True, slots=True)
class Visiting:
    """The edges of a plan, a bound, and the prices that gave it."""

    edges: Ints
    bound: float
    charges: Charges
    rounds: int


def visiting(
    pairs: Pairs, charges: Charges, first: Ints, *, effort: int, keep_going: Callable[[], bool],
    spent: Callable[[], float],
) -> Visiting:  # fmt: skip
    """A plan from these prices; `first` edges stand at the beginning, without any the best are taken."""
    wish_of = np.repeat(np.arange(len(pairs.ptr) - 1), np.diff(pairs.ptr))
    visits = _with(pairs, first)
    usual = np.flatnonzero(np.arange(len(wish_of)) - pairs.ptr[wish_of] < (_AT_FIRST if effort else len(wish_of)))
    fill_visits(pairs, visits, usual[np.argsort(-pairs.worth[usual], kind="stable")], wish_of)
    reached, edges = value_of_visits(pairs, visits), visits.edge.copy()
    bound, charges = descend(
        lambda at, slope, _: relax_pairs(pairs, at, slope), charges, reached, effort * _ITERATIONS_PER_EFFORT,
        keep_going, lambda: spent() / _FOR_PRICES,
    )  # fmt: skip
    rounds = 0
    if effort > 0:
        found, rounds = _chains(pairs, charges, bound, reached, first, lambda: keep_going() and spent() < 1)
        visits = _with(pairs, found)
        settle(pairs, visits, np.arange(len(visits.edge)))
        if value_of_visits(pairs, visits) > reached:
            edges = visits.edge
    return Visiting(edges[edges >= 0], bound, charges, rounds)


def columns_of_visits(pairs: Pairs, edges: Ints) -> list[Column]:
    """The same classes as columns."""
    wish = np.searchsorted(pairs.ptr, edges, side="right") - 1
    rows = zip(pairs.key[edges].tolist(), wish.tolist(), pairs.who[edges].tolist(), pairs.worth[edges].tolist(),
               strict=True)  # fmt: skip
    return sorted(Column(key, (wish,), who, worth) for key, wish, who, worth in rows)


def edges_of(tables: Tables, pairs: Pairs, plan: Plan) -> Ints:
    """Edges of those classes of an earlier plan that are still possible just as they were."""
    edges = list[int]()
    for one in plan.classes:
        row, who = tables.wish_row.get(one.wish_ids[0], -1), tables.instructor_row.get(one.instructor_id, -1)
        if not one.kept and row >= 0 and who >= 0:
            own = slice(pairs.ptr[row], pairs.ptr[row + 1])
            same = np.flatnonzero((pairs.who[own] == who) & (pairs.start[own] == one.start))
            edges += [int(pairs.ptr[row] + same[0])] if len(same) else []
    return np.array(edges, dtype=np.int64)


def charges_of(tables: Tables, pairs: Pairs, tariff: Tariff | None) -> Charges:
    """The prices of an earlier run for whoever was in it."""
    charges = no_charges(pairs)
    weeks = tables.caps_left.shape[1]
    bounds = np.searchsorted(pairs.hour_of, np.arange(len(tables.instructors) + 1) * tables.slots)
    for row, one in enumerate(tables.instructors if tariff else ()):
        if tariff and one.id in tariff.instructors:
            hour, week, charges.load[row] = tariff.instructors[one.id]
            slots = pairs.hour_of[bounds[row] : bounds[row + 1]] - row * tables.slots
            known = slots < len(hour)
            charges.hour[bounds[row] : bounds[row + 1]][known] = hour[slots[known]]
            share = min(weeks, len(week))
            charges.week[row * weeks : row * weeks + share] = week[:share]
    return charges


def tariff_of_visits(tables: Tables, pairs: Pairs, charges: Charges) -> Tariff:
    """The prices by name; a wish that is visited alone pays nothing."""
    hours = np.zeros((len(tables.instructors), tables.slots))
    hours.ravel()[pairs.hour_of] = charges.hour
    weeks = charges.week.reshape(tables.caps_left.shape)
    return Tariff(
        wishes={wish.id: 0.0 for wish in tables.wishes},
        instructors={one.id: (hours[row].copy(), weeks[row].copy(), float(charges.load[row]))
                     for row, one in enumerate(tables.instructors)},
    )  # fmt: skip


def _with(pairs: Pairs, edges: Ints) -> Visits:
    visits = no_visits(pairs)
    fill_visits(pairs, visits, edges, np.searchsorted(pairs.ptr, np.arange(pairs.ptr[-1]), side="right") - 1)
    return visits


def _chains(
    pairs: Pairs, charges: Charges, bound: float, reached: float, first: Ints, keep_going: Callable[[], bool]
) -> tuple[Ints, int]:
    """Edges after as many rounds as win something, among edges that are nearly the best of their wishes."""
    left = reduced_worths(pairs, charges)
    edges, ptr, wish = _nearly_best(pairs, left, bound, reached, first)
    few, left = narrowed(pairs, edges, ptr), left[edges]
    visits = no_visits(few)
    order = np.argsort(-left, kind="stable")
    fill_visits(few, visits, np.flatnonzero(np.isin(edges, first)), wish)
    fill_visits(few, visits, order, wish)
    rounds = 0
    for depth in _DEPTHS:
        won = bound
        while won > _WON * bound and bound - value_of_visits(few, visits) > _NEAR * bound and keep_going():
            won = improve_visits(few, visits, _hopeful(few, visits, charges, left, wish), depth, _WIDTH)
            rounds += 1
    return edges[visits.edge[visits.edge >= 0]], rounds


def _nearly_best(pairs: Pairs, left: Floats, bound: float, reached: float, first: Ints) -> tuple[Ints, Ints, Ints]:
    """Few edges of each wish, the best at these prices first: edges, where each wish begins, wish of each.

    An edge further behind the best of its wish than `reached` is behind the bound is in no better plan.
    """
    wishes = len(pairs.ptr) - 1
    wish = np.repeat(np.arange(wishes), np.diff(pairs.ptr))
    best = np.zeros(wishes)
    np.maximum.at(best, wish, left)
    behind = best[wish] - left
    behind[first] = 0.0
    edges = np.flatnonzero(behind <= bound - reached)
    if len(edges) > _FEW:
        edges = np.flatnonzero(behind <= _BEHIND * bound / max(1, int((best > 0).sum())))
    edges = edges[np.lexsort((behind[edges], wish[edges]))]
    ptr = np.searchsorted(wish[edges], np.arange(wishes + 1))
    edges = edges[np.arange(len(edges)) - ptr[wish[edges]] < _OF_ONE_WISH]
    return edges, np.searchsorted(wish[edges], np.arange(wishes + 1)), wish[edges]


def _hopeful(pairs: Pairs, visits: Visits, charges: Charges, left: Floats, wish: Ints) -> Ints:
    """Wishes that could win at these prices, by a better edge or by using what is priced and idle, the most first."""
    idle = np.concatenate([np.zeros(1), np.cumsum(np.where(visits.held < 0, charges.hour, 0.0))])
    now = np.zeros(len(visits.edge))
    now[visits.edge >= 0] = left[visits.edge[visits.edge >= 0]]
    hope = left - now[wish] + idle[pairs.hour + pairs.length] - idle[pairs.hour]
    hope += np.where(visits.used < pairs.caps, charges.week, 0.0)[pairs.week]
    most = np.zeros(len(visits.edge))
    np.maximum.at(most, wish, hope)
    seeds = np.flatnonzero(most > _IDLE)
    return seeds[np.argsort(-most[seeds], kind="stable")]
