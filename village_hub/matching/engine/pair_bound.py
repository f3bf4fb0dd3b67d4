"""The bound for two sides: half hours, weeks and sessions of instructors are priced, every wish takes its best edge.

For any prices ≥ 0

    L = Σ μ + Σ ν · caps + Σ_i max_n (ρ_i n − load_i(n)) + Σ_w max(0, best worth − prices of w)

is at least the value of every plan (the same relaxation as in `bound`, where a lone wish needs no price).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.pairs import Pairs


class Charges(NamedTuple):
    """μ per half hour in use, ν per instructor and week, ρ per instructor and session; all ≥ 0."""

    hour: Floats
    week: Floats
    load: Floats


def no_charges(pairs: Pairs) -> Charges:
    """Nobody pays anything but the load that is there already."""
    return Charges(np.zeros(len(pairs.hour_of)), np.zeros(len(pairs.caps)), pairs.load * pairs.loads)


@in_place
def relax_pairs(pairs: Pairs, charges: Charges, slope: Charges) -> float:
    """The value of the relaxed problem, with its slope."""
    total = charges.hour.sum()
    slope.hour[:] = 1.0
    for row in range(len(pairs.caps)):
        total += charges.week[row] * pairs.caps[row]
        slope.week[row] = pairs.caps[row]
    weeks = len(pairs.caps) // len(pairs.loads)
    for one in range(len(pairs.loads)):
        most = float(pairs.caps[one * weeks : (one + 1) * weeks].sum())
        sessions = most
        if pairs.load > 0:
            sessions = min(max(np.ceil(charges.load[one] / pairs.load - pairs.loads[one]), 0.0), most)
        total += sessions * (charges.load[one] - pairs.load * (pairs.loads[one] + (sessions - 1) / 2))
        slope.load[one] = sessions
    for wish in range(len(pairs.ptr) - 1):
        best, edge = _best_edge(pairs, charges, wish)
        if edge >= 0:
            total += best
            for hour in range(pairs.hour[edge], pairs.hour[edge] + pairs.length):
                slope.hour[hour] -= 1.0
            slope.week[pairs.week[edge]] -= 1.0
            slope.load[pairs.who[edge]] -= 1.0
    return float(total)


@compiled
def reduced_worths(pairs: Pairs, charges: Charges) -> Floats:
    """What each edge is worth at these prices."""
    left = np.empty(len(pairs.worth))
    for edge in range(len(left)):
        left[edge] = pairs.worth[edge] - charges.week[pairs.week[edge]] - charges.load[pairs.who[edge]]
        for hour in range(pairs.hour[edge], pairs.hour[edge] + pairs.length):
            left[edge] -= charges.hour[hour]
    return left


@in_place
def _best_edge(pairs: Pairs, charges: Charges, wish: int) -> tuple[float, int]:
    best, found = 0.0, -1
    for edge in range(pairs.ptr[wish], pairs.ptr[wish + 1]):
        if pairs.worth[edge] <= best:
            break
        left = pairs.worth[edge] - charges.week[pairs.week[edge]] - charges.load[pairs.who[edge]]
        if left <= best:
            continue
        for hour in range(pairs.hour[edge], pairs.hour[edge] + pairs.length):
            left -= charges.hour[hour]
        if left > best:
            best, found = left, edge
    return best, found
