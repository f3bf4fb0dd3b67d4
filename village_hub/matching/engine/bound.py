"""An upper bound by Lagrangian relaxation, and the prices it leaves behind for the search.

Model. A class of key k = (pool, venue, start) with wishes N and instructor i is worth gain(N) − cost(i). Coupling rows
are priced: each wish at most once (λ), each instructor at most once per half hour (μ), at most `caps_left` classes a
week (ν) and exactly the n sessions whose load is paid (ρ). What remains falls apart by venue: the best disjoint classes
of a venue (weighted interval scheduling, exact), each with its best group and instructor (knapsack over people, exact).
For any prices ≥ 0

    L = Σ λ + Σ μ + Σ ν · caps_left + Σ_i max_n (ρ_i n − load_i(n)) + Σ_v best disjoint classes of v

is at least the value of every plan, so the run may stop at any time. Prices follow a deflected subgradient with Polyak
steps (Held, Wolfe and Crowder 1974; Camerini, Fratta and Maffioli 1975) that become shorter as the work or the time
given runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import Sack, sack_for
from village_hub.matching.engine.market import Market
from village_hub.matching.engine.prices import Prices, mix, move
from village_hub.matching.engine.relaxation import Groups, outlook_for, relax

Some = TypeVar("Some", bound=tuple[Floats, ...])

_DEFLECTION = 0.7
_PATIENCE, _MOST_PATIENCE = 10, 80  # steps without progress before going back to the best prices
_SHORTEST = 1e-3  # of the first steps, at the end
_LATER = 1.5  # above 1 steps stay long for longer
_CLOSE_ENOUGH = 1e-5
_AIM = 1.1
_SLACK = 1e-9
_GROUPS = 200_000


@dataclass(frozen=True, slots=True)
class Dual:
    """The smallest bound seen, the prices that gave it, and groups met on the way."""

    bound: float
    prices: Prices
    groups: Groups


def _endless() -> float:
    return 0.0


def lagrangian(
    market: Market, prices: Prices, reached: float, iterations: int, keep_going: Callable[[], bool],
    spent: Callable[[], float] = _endless, stride: float = 1.0,
) -> Dual:  # fmt: skip
    """At most `iterations` steps from these prices; `reached`, `spent` and `stride` as in `descend`."""
    sack, outlook = a_sack(market), outlook_for(market)
    groups = Groups(np.zeros(_GROUPS, np.int64), np.zeros((_GROUPS, len(sack.best)), np.int64), np.zeros(1, np.int64))

    def relaxed(at: Prices, slope: Prices, iteration: int) -> float:
        return relax(market, at, sack, slope, outlook, groups, keep=iteration > iterations // 4)

    bound, best = descend(relaxed, prices, reached, iterations, keep_going, spent, stride)
    return Dual(bound, best, groups)


def descend(
    relaxed: Callable[[Some, Some, int], float], prices: Some, reached: float, iterations: int,
    keep_going: Callable[[], bool], spent: Callable[[], float] = _endless, stride: float = 1.0,
) -> tuple[float, Some]:  # fmt: skip
    """The smallest value of a relaxation met on the way down, with slack for rounding, and its prices.

    `relaxed(prices, slope, iteration)` returns the value and writes its slope. `reached` is the value of a known plan:
    it sets the step length and never enters the bound. `stride` is the length of the first steps as a share of
    Polyak's; they shrink with the iterations made or the share of time `spent`, which ends the descent at 1. Where so
    many steps lead nowhere, it goes back to the best prices, and is more patient if that happens again.
    """
    slope, direction, best = ([np.zeros_like(each) for each in prices] for _ in range(3))
    slopes = type(prices)(*slope)
    bound, stalls, share, begun = np.inf, 0, 0.0, spent()
    patience, has_fallen = _PATIENCE, True
    for iteration in range(iterations + 1):
        value = relaxed(prices, slopes, iteration)
        falls = value < bound * (1 - _CLOSE_ENOUGH)
        stalls, has_fallen = 0 if falls else stalls + 1, has_fallen or falls
        if value < bound:
            bound = value
            _copy(prices, best)
        done = max(iteration / max(1, iterations), (spent() - begun) / (1 - begun) if begun < 1 else 1.0)
        if bound - reached <= _CLOSE_ENOUGH * bound or done >= 1 or not keep_going():
            break
        if stalls >= patience:
            patience = _PATIENCE if has_fallen else min(2 * patience, _MOST_PATIENCE)
            stalls, share, has_fallen = 0, 0.0, False
            _copy(best, prices)
            continue
        flat = [(one.ravel(), two.ravel(), paid.ravel())
                for one, two, paid in zip(direction, slope, prices, strict=True)]  # fmt: skip
        norm = sum(mix(one, two, paid, share) for one, two, paid in flat)
        share = _DEFLECTION
        aim = min(reached * _AIM, (reached + bound) / 2)
        step = stride * _SHORTEST ** (done**_LATER) * (value - aim) / max(norm, 1e-9)
        for turned, _, paid in flat:
            move(paid, turned, step)
    return bound * (1 + _SLACK) + _SLACK, type(prices)(*best)


def a_sack(market: Market) -> Sack:
    """Room for the largest key."""
    return sack_for(int(np.diff(market.wish_ptr).max()), int(market.highest.max()))


def _copy(source: Iterable[Floats], target: Iterable[Floats]) -> None:
    for one, other in zip(source, target, strict=True):
        other[...] = one
