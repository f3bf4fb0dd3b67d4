"""Candidates and tables as the compiled loops read them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from village_hub.matching.engine.candidates import Candidates
from village_hub.matching.engine.compiled import compiled
from village_hub.matching.engine.geometry import Floats, distances_m
from village_hub.matching.engine.problem import SLOT_MINUTES
from village_hub.matching.engine.tables import Bools, Ints, Tables

Shorts = npt.NDArray[np.int32]

_MOST = 2**30


class Market(NamedTuple):
    """K keys, W wishes, I instructors, V venues, S slots; what never changes during a search.

    `cost` is travel and class cost of those who can teach key k, entries `crew_ptr[k]:…`, the cheapest first;
    `own_key[own_ptr[w]:…]` are the keys of wish w with `own_gain`, `their_key` those of each instructor. A `lone` wish
    is the only one at all its venues, and the venue `single`: who asks for visits at home, for example. `apart` holds
    half hours on the way between venues (1 × 1 where no time is asked for); `fixed_*` are kept classes of each
    instructor. `forbidden` are sorted codes wish × I + instructor; `barred` marks instructors with any.
    """

    wish_ptr: Ints
    wish: Shorts
    gain: Floats
    venue: Shorts
    start: Shorts
    lowest: Shorts
    highest: Shorts
    bonus: Floats
    crew_ptr: Ints
    who: Shorts
    cost: Floats
    own_ptr: Ints
    own_key: Shorts
    own_gain: Floats
    their_ptr: Ints
    their_key: Shorts
    people: Shorts
    fewest: Shorts
    most: Shorts
    caps: Ints
    loads: Floats
    load: float
    length: int
    week: int
    apart: Shorts
    fixed_ptr: Ints
    fixed_venue: Ints
    fixed_start: Ints
    forbidden: Ints
    barred: Bools
    lone: Bools
    single: Bools


def market_of(tables: Tables, found: Candidates) -> Market:
    """The same rows and keys."""
    rules, weights = tables.rules, tables.rules.weights
    crew_ptr, who, cost = _crews(
        found.crew, found.crew_ptr, found.instructor, found.travel + weights.class_cost, found.start,
        tables.instructor_start,
    )  # fmt: skip
    key_of = np.repeat(np.arange(len(found), dtype=np.int32), np.diff(found.wish_ptr))
    own = np.argsort(found.wish, kind="stable")
    counts = np.bincount(found.wish, minlength=len(tables.wishes))
    taught = np.repeat(np.arange(len(found), dtype=np.int32), np.diff(crew_ptr))[np.argsort(who, kind="stable")]
    fixed = sorted(
        (tables.instructor_row[kept.instructor_id], tables.venue_row[kept.venue_id], kept.start)
        for kept in tables.problem.kept
    )
    fixed_of, fixed_venue, fixed_start = np.array(fixed, dtype=np.int64).reshape(-1, 3).T
    codes = sorted(wish * len(tables.instructors) + one for wish, one in tables.forbidden)
    barred = np.zeros(len(tables.instructors), dtype=np.bool_)
    barred[[one for _, one in tables.forbidden]] = True
    lone, single = _lone(len(tables.wishes), len(tables.venues), found.wish, found.venue[key_of])
    return Market(
        wish_ptr=found.wish_ptr, wish=found.wish.astype(np.int32), gain=found.gain, venue=found.venue.astype(np.int32),
        start=found.start.astype(np.int32), lowest=found.lowest.astype(np.int32),
        highest=found.highest.astype(np.int32), bonus=found.bonus, crew_ptr=crew_ptr, who=who, cost=cost,
        own_ptr=np.append(0, np.cumsum(counts)), own_key=key_of[own], own_gain=found.gain[own],
        their_ptr=np.append(0, np.cumsum(np.bincount(who, minlength=len(tables.instructors)))), their_key=taught,
        people=tables.people.astype(np.int32),
        fewest=np.array([min(one.group_min, _MOST) for one in tables.instructors], dtype=np.int32),
        most=np.array([min(one.group_max, _MOST) for one in tables.instructors], dtype=np.int32),
        caps=np.maximum(tables.caps_left, 0), loads=tables.loads.astype(np.float64), load=weights.load,
        length=rules.length_slots, week=rules.slots_per_week, apart=ways_in_slots(tables),
        fixed_ptr=np.searchsorted(fixed_of, np.arange(len(tables.instructors) + 1)),
        fixed_venue=np.ascontiguousarray(fixed_venue), fixed_start=np.ascontiguousarray(fixed_start),
        forbidden=np.array(codes, dtype=np.int64), barred=barred, lone=lone, single=single,
    )  # fmt: skip


def _lone(wishes: int, venues: int, wish: Ints, venue: Ints) -> tuple[Bools, Bools]:
    pairs = np.unique(venue * max(1, wishes) + wish)
    at, who = pairs // max(1, wishes), pairs % max(1, wishes)
    alone = (np.bincount(at, minlength=venues) == 1)[at] & (np.bincount(who, minlength=wishes) == 1)[who]
    lone, single = np.zeros(wishes, dtype=np.bool_), np.zeros(venues, dtype=np.bool_)
    lone[who[alone]], single[at[alone]] = True, True
    return lone, single


def ways_in_slots(tables: Tables) -> Shorts:
    """Half hours on the way between any two venues; one zero where the rules ask for no time."""
    speed = tables.rules.travel_m_per_minute
    if speed <= 0 or not tables.venues:
        return np.zeros((1, 1), dtype=np.int32)
    minutes = distances_m(tables.venue_at, tables.venue_at) / speed
    return np.ceil(minutes / SLOT_MINUTES - 1e-9).astype(np.int32)


@compiled
def _crews(
    crew: Ints, crew_ptr: Ints, instructor: Ints, cost: Floats, start: Ints, able: Bools
) -> tuple[Ints, Shorts, Floats]:
    ptr = np.zeros(len(crew) + 1, dtype=np.int64)
    for key in range(len(crew)):
        ptr[key + 1] = ptr[key]
        for place in range(crew_ptr[crew[key]], crew_ptr[crew[key] + 1]):
            ptr[key + 1] += able[instructor[place], start[key]]
    who, paid = np.empty(ptr[-1], dtype=np.int32), np.empty(ptr[-1])
    at = 0
    for key in range(len(crew)):
        for place in range(crew_ptr[crew[key]], crew_ptr[crew[key] + 1]):
            if able[instructor[place], start[key]]:
                who[at], paid[at] = instructor[place], cost[place]
                at += 1
    return ptr, who, paid
