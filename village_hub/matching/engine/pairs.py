"""Problems with two sides: every wish is visited alone at its own place, so a class is a pair and an hour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from village_hub.matching.engine.candidates import Candidates
from village_hub.matching.engine.compiled import compiled
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.market import Shorts
from village_hub.matching.engine.tables import Bools, Ints, Tables


class Pairs(NamedTuple):
    """E edges (wish, instructor, start); those of wish w are `ptr[w]:ptr[w + 1]`, the best first.

    `worth` is without load and above 0. `hour[e]` is the row of the first of `length` half hours of the instructor
    (`hours` rows in all), `week[e]` the row of instructor and week in `caps`. `own_ptr` and `own` name the wishes of
    each instructor.
    """

    ptr: Ints
    key: Shorts
    who: Shorts
    start: Shorts
    worth: Floats
    hour: Shorts
    week: Shorts
    hour_of: Ints
    caps: Ints
    own_ptr: Ints
    own: Shorts
    loads: Floats
    load: float
    length: int


def pairs_of(tables: Tables, found: Candidates) -> Pairs | None:
    """The edges, where each key is of one wish, each room of one wish and nobody needs time for the way."""
    wishes = found.wish
    if tables.rules.travel_m_per_minute > 0 or len(wishes) != len(found) or (np.diff(found.wish_ptr) != 1).any():
        return None
    rooms = np.unique(found.venue * len(tables.wishes) + wishes)
    if len(rooms) != len(np.unique(rooms // len(tables.wishes))) or len(rooms) != len(np.unique(wishes)):
        return None
    people = tables.people[wishes]
    low = np.array([one.group_min for one in tables.instructors], dtype=np.int64)
    high = np.array([one.group_max for one in tables.instructors], dtype=np.int64)
    bars = np.array(sorted(wish * len(low) + one for wish, one in tables.forbidden), dtype=np.int64)
    ptr, key, who, worth = _edges(
        len(tables.wishes), wishes, found.gain + found.bonus - tables.rules.weights.class_cost, people, found.start,
        found.crew, found.crew_ptr, found.instructor, found.travel, tables.instructor_start, low, high, bars,
    )  # fmt: skip
    start = found.start[key].astype(np.int32)
    hour, hour_of = _hours(who, start, tables.rules.length_slots, *tables.instructor_start.shape)
    weeks = tables.caps_left.shape[1]
    own_ptr, own = _their_wishes(ptr, who, len(low))
    return Pairs(
        ptr=ptr, key=key, who=who, start=start, worth=worth, hour=hour,
        week=(who * weeks + start // tables.rules.slots_per_week).astype(np.int32), hour_of=hour_of,
        caps=np.maximum(tables.caps_left, 0).ravel(), own_ptr=own_ptr, own=own,
        loads=tables.loads.astype(np.float64), load=tables.rules.weights.load, length=tables.rules.length_slots,
    )  # fmt: skip


def narrowed(pairs: Pairs, edges: Ints, ptr: Ints) -> Pairs:
    """The same problem with these edges alone; those of wish w are `edges[ptr[w]:ptr[w + 1]]`."""
    who = pairs.who[edges]
    own_ptr, own = _their_wishes(ptr, who, len(pairs.loads))
    return pairs._replace(
        ptr=ptr, key=pairs.key[edges], who=who, start=pairs.start[edges], worth=pairs.worth[edges],
        hour=pairs.hour[edges], week=pairs.week[edges], own_ptr=own_ptr, own=own,
    )  # fmt: skip


@compiled
def _edges(
    wishes: int, wish: Ints, gain: Floats, people: Ints, start: Ints, crew: Ints, crew_ptr: Ints, instructor: Ints,
    travel: Floats, able: Bools, low: Ints, high: Ints, bars: Ints,
) -> tuple[Ints, Shorts, Shorts, Floats]:  # fmt: skip
    counts = np.zeros(wishes + 1, dtype=np.int64)
    for key in range(len(wish)):
        counts[wish[key] + 1] += _those_of(key, wish, gain, people, start, crew, crew_ptr, instructor, travel, able,
                                           low, high, bars, None, None, 0)  # fmt: skip
    ptr = np.cumsum(counts)
    at, total = ptr[:-1].copy(), ptr[-1]
    worth, names = np.empty(total), np.empty(total, dtype=np.int32)
    keys = np.empty(total, dtype=np.int32)
    for key in range(len(wish)):
        first = at[wish[key]]
        found = _those_of(key, wish, gain, people, start, crew, crew_ptr, instructor, travel, able, low, high, bars,
                          names, worth, first)  # fmt: skip
        keys[first : first + found] = key
        at[wish[key]] += found
    for row in range(wishes):
        order = np.argsort(-worth[ptr[row] : ptr[row + 1]], kind="mergesort")
        worth[ptr[row] : ptr[row + 1]] = worth[ptr[row] : ptr[row + 1]][order]
        names[ptr[row] : ptr[row + 1]] = names[ptr[row] : ptr[row + 1]][order]
        keys[ptr[row] : ptr[row + 1]] = keys[ptr[row] : ptr[row + 1]][order]
    return ptr, keys, names, worth


@compiled
def _those_of(
    key: int, wish: Ints, gain: Floats, people: Ints, start: Ints, crew: Ints, crew_ptr: Ints, instructor: Ints,
    travel: Floats, able: Bools, low: Ints, high: Ints, bars: Ints, names: Shorts | None, worth: Floats | None,
    first: int,
) -> int:  # fmt: skip
    """Counts the instructors who could visit the key, and writes them down where there is room."""
    found = 0
    for place in range(crew_ptr[crew[key]], crew_ptr[crew[key] + 1]):
        who = instructor[place]
        left = gain[key] - travel[place]
        if left <= 0:
            break
        if not able[who, start[key]] or not low[who] <= people[key] <= high[who]:
            continue
        if len(bars):
            code = wish[key] * len(low) + who
            at = np.searchsorted(bars, code)
            if at < len(bars) and bars[at] == code:
                continue
        if names is not None and worth is not None:
            names[first + found], worth[first + found] = who, left
        found += 1
    return found


@compiled
def _hours(who: Shorts, start: Shorts, length: int, instructors: int, slots: int) -> tuple[Shorts, Ints]:
    """The row of each edge's first half hour among those in use, and instructor × slots + slot of each row."""
    used = np.zeros(instructors * slots, dtype=np.int32)
    for edge in range(len(who)):
        first = who[edge] * slots + start[edge]
        for slot in range(first, first + length):
            used[slot] = 1
    rows = 0
    for slot in range(len(used)):
        if used[slot]:
            used[slot] = rows
            rows += 1
        else:
            used[slot] = -1
    hour_of = np.empty(rows, dtype=np.int64)
    for slot in range(len(used)):
        if used[slot] >= 0:
            hour_of[used[slot]] = slot
    hour = np.empty(len(who), dtype=np.int32)
    for edge in range(len(who)):
        hour[edge] = used[who[edge] * slots + start[edge]]
    return hour, hour_of


@compiled
def _their_wishes(ptr: Ints, who: Shorts, instructors: int) -> tuple[Ints, Shorts]:
    """Who could be visited by each instructor; a wish stands as often as there are hours."""
    counts = np.zeros(instructors + 1, dtype=np.int64)
    for edge in range(len(who)):
        counts[who[edge] + 1] += 1
    own_ptr = np.cumsum(counts)
    at, own = own_ptr[:-1].copy(), np.empty(len(who), dtype=np.int32)
    for wish in range(len(ptr) - 1):
        for edge in range(ptr[wish], ptr[wish + 1]):
            own[at[who[edge]]] = wish
            at[who[edge]] += 1
    return own_ptr, own
