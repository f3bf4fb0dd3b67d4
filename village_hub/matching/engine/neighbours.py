"""Which venues lie within somebody's way: sorted by longitude, so that cost grows with neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.compiled import compiled
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.tables import Ints


@dataclass(frozen=True, slots=True)
class Ways:
    """Venues of row x are `venue[ptr[x]:ptr[x + 1]]` in rising order, `metres` away."""

    ptr: Ints
    venue: Ints
    metres: Floats

    def of(self, rows: Ints) -> tuple[Ints, Ints]:
        """Positions of all ways of these rows, and the place in `rows` each belongs to."""
        lengths = self.ptr[rows + 1] - self.ptr[rows]
        begins = np.cumsum(lengths) - lengths
        place = np.repeat(np.arange(len(rows)), lengths)
        return (self.ptr[rows] - begins)[place] + np.arange(len(place)), place


def ways_between(places: Floats, reach: Floats, venues: Floats) -> Ways:
    """Every pair of a place and a venue that is at most `reach` metres away."""
    order = np.argsort(venues[:, 0], kind="stable")
    counts = np.zeros(len(places), dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    _scan(places, reach, venues[order], order, counts, none, none, np.zeros(0))
    ptr = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    venue, metres = np.zeros(ptr[-1], dtype=np.int64), np.zeros(ptr[-1])
    _scan(places, reach, venues[order], order, counts, ptr, venue, metres)
    return Ways(ptr, venue, metres)


@compiled
def _scan(
    places: Floats, reach: Floats, venues: Floats, names: Ints, counts: Ints, ptr: Ints, venue: Ints, metres: Floats
) -> None:
    for row in range(len(places)):
        found = 0
        first = np.searchsorted(venues[:, 0], places[row, 0] - reach[row])
        for place in range(first, len(venues)):
            east = venues[place, 0] - places[row, 0]
            if east > reach[row]:
                break
            way = np.hypot(east, venues[place, 1] - places[row, 1])
            if way <= reach[row]:
                if len(ptr):
                    venue[ptr[row] + found], metres[ptr[row] + found] = names[place], way
                found += 1
        counts[row] = found
        if len(ptr):
            own = slice(ptr[row], ptr[row] + found)
            rising = np.argsort(venue[own])
            venue[own], metres[own] = venue[own][rising], metres[own][rising]
