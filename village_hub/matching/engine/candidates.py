"""All classes that could be held, as keys (pool, venue, start) with the wishes and instructors that fit each.

Only wishes that reach a venue, half hours they name and instructors who come there are ever looked at together, so
time and memory grow with real possibilities and not with products.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from village_hub.matching.engine.compiled import compiled
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.neighbours import Ways, ways_between
from village_hub.matching.engine.pools import Membership, memberships_of, pool_of_shown
from village_hub.matching.engine.tables import Bools, Ints, Tables, distinct_needs

_NOBODY = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Candidates:
    """K keys sorted by venue, start and pool.

    Wishes of key k are entries `wish_ptr[k]:wish_ptr[k + 1]` of `wish` (rising) and `gain`. Those who could teach in
    its pool at its venue at some hour are entries `crew_ptr[c]:…` of `instructor` and `travel` with c = `crew[k]`, the
    nearest first. A class of key k has `lowest[k]` to `highest[k]` people; the limits of one instructor may be
    narrower. `bonus[k]` is the stability of a class already shown, whose key holds just its own people and instructor.
    """

    pools: list[Membership]
    pool: Ints
    venue: Ints
    start: Ints
    lowest: Ints
    highest: Ints
    bonus: Floats
    wish_ptr: Ints
    wish: Ints
    gain: Floats
    crew: Ints
    crew_ptr: Ints
    instructor: Ints
    travel: Floats

    def __len__(self) -> int:
        return len(self.pool)

    @property
    def bytes_held(self) -> int:
        """Memory of all arrays."""
        return sum(array.nbytes for each in fields(self) if isinstance(array := getattr(self, each.name), np.ndarray))

    def crew_of(self, tables: Tables, key: int) -> Ints:
        """Positions of the instructors who are free when the key starts, the nearest first."""
        first, last = self.crew_ptr[self.crew[key]], self.crew_ptr[self.crew[key] + 1]
        places = np.arange(first, last)
        free: Bools = tables.instructor_start[self.instructor[first:last], self.start[key]]
        return places[free]

    def only(self, keys: Ints) -> Candidates:
        """The same candidates with these keys alone, in rising order."""
        lengths = self.wish_ptr[keys + 1] - self.wish_ptr[keys]
        ends = np.cumsum(lengths)
        entries = np.repeat(self.wish_ptr[keys] - ends + lengths, lengths) + np.arange(ends[-1] if len(keys) else 0)
        return Candidates(
            pools=self.pools, pool=self.pool[keys], venue=self.venue[keys], start=self.start[keys],
            lowest=self.lowest[keys], highest=self.highest[keys], bonus=self.bonus[keys],
            wish_ptr=np.append(0, ends), wish=self.wish[entries], gain=self.gain[entries],
            crew=self.crew[keys], crew_ptr=self.crew_ptr, instructor=self.instructor, travel=self.travel,
        )  # fmt: skip


def candidates_of(tables: Tables) -> Candidates:
    """Every key with enough people, an instructor and a positive best value; leaving out the others is lossless."""
    near = _Near(tables)
    pools, parts = list[Membership](), list[_Part]()
    for membership in memberships_of(tables):
        parts.append(near.keys(membership))
        pools.append(membership)
    for shown in near.shown():
        parts.append(shown)
        pools.append(shown.pool)
    return _joined(pools, parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """Keys of one pool, whose crews are numbered from 0."""

    pool: Membership
    venue: Ints
    start: Ints
    lowest: Ints
    highest: Ints
    bonus: float
    counts: Ints
    wish: Ints
    gain: Floats
    crew: Ints
    crew_counts: Ints
    instructor: Ints
    travel: Floats


class _Near:
    """Who comes to which venue and when, found once for all pools."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.wishes = _ways_of_wishes(tables)
        self.radius = np.array([one.radius_m for one in tables.instructors], dtype=np.float64)
        self.wish_hours = _hours(tables.wish_start)
        self.instructor_hours = _hours(tables.instructor_start)
        self.fewest = np.array([one.group_min for one in tables.instructors], dtype=np.int64)
        self.most = np.array([one.group_max for one in tables.instructors], dtype=np.int64)
        self.capacity = np.array([venue.capacity for venue in tables.venues], dtype=np.int64)

    def keys(self, pool: Membership) -> _Part:
        tables, rules = self.tables, self.tables.rules
        way, place = self.wishes.of(pool.wishes)
        row = pool.wishes[place]
        venues, room = np.unique(self.wishes.venue[way], return_inverse=True)
        coming = ways_between(
            tables.instructor_at[pool.instructors], self.radius[pool.instructors], tables.venue_at[venues]
        )
        room_ptr, place_of, metres = _nearest_first(coming.ptr, coming.venue, coming.metres, len(venues))
        teacher, known = pool.instructors[place_of], np.repeat(np.arange(len(venues)), np.diff(room_ptr))
        gain = tables.gains(row, self.wishes.metres[way], pool.level)
        later = float(tables.later(1, 1))
        people = tables.people[row]
        found = _open_keys(
            row, room, gain, people, *self.wish_hours, teacher, known, tables.travel_cost(metres),
            *self.instructor_hours, self.fewest, self.most, tables.venue_start[venues],
            np.minimum(self.capacity[venues], rules.maximum_group), rules.minimum_group, later,
            rules.weights.class_cost,
        )  # fmt: skip
        room_of, start, lowest, highest, counts, wish, worth = found
        return _Part(
            pool=pool, venue=venues[room_of], start=start, lowest=lowest, highest=highest, bonus=0.0, counts=counts,
            wish=wish, gain=worth, crew=room_of, crew_counts=np.diff(room_ptr),
            instructor=teacher, travel=tables.travel_cost(metres),
        )  # fmt: skip

    def shown(self) -> Iterator[_Part]:
        """A key for each class already shown that is still possible just as it was."""
        tables, rules = self.tables, self.tables.rules
        for one in tables.problem.shown:
            pool = pool_of_shown(tables, one)
            if pool is None or one.start >= tables.slots:
                continue
            venue, start, row = tables.venue_row[one.venue_id], one.start, int(pool.instructors[0])
            way, place = self.wishes.of(pool.wishes)
            here = self.wishes.venue[way] == venue
            coming = ways_between(tables.instructor_at[[row]], self.radius[[row]], tables.venue_at[[venue]])
            people = int(tables.people[pool.wishes].sum())
            fits = max(rules.minimum_group, self.fewest[row]) <= people
            fits &= people <= min(rules.maximum_group, self.capacity[venue], self.most[row])
            fits &= here.sum() == len(pool.wishes) and len(coming.venue) == 1 and bool(tables.venue_start[venue, start])
            free = tables.wish_start[pool.wishes, start].all() and tables.instructor_start[row, start]
            if not (fits and free):
                continue
            wishes, way = pool.wishes[place[here]], way[here]
            gain = tables.gains(wishes, self.wishes.metres[way], pool.level)
            yield _Part(
                pool=pool, venue=np.array([venue]), start=np.array([start]), lowest=np.array([people]),
                highest=np.array([people]), bonus=rules.weights.stability, counts=np.array([len(wishes)]), wish=wishes,
                gain=gain - tables.later(tables.people[wishes], start), crew=np.array([0]), crew_counts=np.array([1]),
                instructor=pool.instructors, travel=tables.travel_cost(coming.metres),
            )  # fmt: skip


def _ways_of_wishes(tables: Tables) -> Ways:
    """Where each free wish could go: near enough, open to all, with what it needs; or just its own place."""
    own = np.array(
        [tables.venue_row.get(wish.venue, -1) if wish.venue else -1 for wish in tables.wishes], dtype=np.int64
    )
    named = np.array([wish.venue is not None for wish in tables.wishes], dtype=np.bool_)
    reach = np.where(named, -1.0, tables.reach)
    near = ways_between(tables.wish_at, reach, tables.venue_at)
    row = np.repeat(np.arange(len(tables.wishes)), np.diff(near.ptr))
    open_to_all = ~np.array([venue.private for venue in tables.venues], dtype=np.bool_)
    kept = open_to_all[near.venue]
    placed = np.flatnonzero(own >= 0)
    rows, venues = np.append(row[kept], placed), np.append(near.venue[kept], own[placed])
    away = tables.wish_at[placed] - tables.venue_at[own[placed]]
    metres = np.append(near.metres[kept], np.hypot(away[:, 0], away[:, 1]))
    kinds, kind_of = distinct_needs(tables)
    fitting = tables.free[rows] & kinds[kind_of[rows], venues]
    rows, venues, metres = rows[fitting], venues[fitting], metres[fitting]
    order = np.lexsort((venues, rows))
    counts = np.bincount(rows, minlength=len(tables.wishes))
    return Ways(np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]), venues[order], metres[order])


def _hours(starts: Bools) -> tuple[Ints, Ints]:
    """The starts of each row one after another."""
    _, hours = np.nonzero(starts)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(starts.sum(axis=1))]), hours


def _joined(pools: list[Membership], parts: list[_Part]) -> Candidates:
    none = np.zeros(0, dtype=np.int64)

    def together(name: str) -> Ints:
        return np.concatenate([none, *(getattr(part, name) for part in parts)])

    crews = np.cumsum([0, *(len(part.crew_counts) for part in parts)])
    sizes = [len(part.venue) for part in parts]
    pool, crew = np.repeat(np.arange(len(parts)), sizes), together("crew") + np.repeat(crews[:-1], sizes)
    counts = together("counts")
    found = Candidates(
        pools=pools, pool=pool, venue=together("venue"), start=together("start"), lowest=together("lowest"),
        highest=together("highest"), bonus=np.repeat([part.bonus for part in parts], sizes).astype(np.float64),
        wish_ptr=np.append(0, np.cumsum(counts)), wish=together("wish"),
        gain=np.concatenate([np.zeros(0), *(part.gain for part in parts)]), crew=crew,
        crew_ptr=np.append(0, np.cumsum(together("crew_counts"))), instructor=together("instructor"),
        travel=np.concatenate([np.zeros(0), *(part.travel for part in parts)]),
    )  # fmt: skip
    return found.only(np.lexsort((found.pool, found.start, found.venue)))


@compiled
def _nearest_first(ptr: Ints, room: Ints, metres: Floats, rooms: int) -> tuple[Ints, Ints, Floats]:
    """Ways of rows to rooms (`ptr`) turned round: where each room begins, its rows and metres, the nearest first."""
    room_ptr = np.zeros(rooms + 1, dtype=np.int64)
    for each in room:
        room_ptr[each + 1] += 1
    room_ptr = np.cumsum(room_ptr)
    at, rows, ways = room_ptr[:-1].copy(), np.empty(len(room), dtype=np.int64), np.empty(len(room))
    for row in range(len(ptr) - 1):
        for place in range(ptr[row], ptr[row + 1]):
            rows[at[room[place]]], ways[at[room[place]]] = row, metres[place]
            at[room[place]] += 1
    for each in range(rooms):
        own = slice(room_ptr[each], room_ptr[each + 1])
        order = np.argsort(ways[own], kind="mergesort")
        rows[own], ways[own] = rows[own][order], ways[own][order]
    return room_ptr, rows, ways


@compiled
def _open_keys(
    row: Ints, room: Ints, gain: Floats, people: Ints, hours_ptr: Ints, hours: Ints, teacher: Ints, teaches: Ints,
    travel: Floats, teacher_ptr: Ints, teacher_hours: Ints, fewest: Ints, most: Ints, open_at: Bools, capacity: Ints,
    minimum: int, later: float, class_cost: float,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Floats]:  # fmt: skip
    """Keys of one pool as (room, start, lowest, highest, number of wishes) and their wishes and gains."""
    rooms, slots = open_at.shape
    cheapest = np.full((rooms, slots), np.inf)
    lowest = np.full((rooms, slots), _NOBODY, dtype=np.int64)
    highest = np.zeros((rooms, slots), dtype=np.int64)
    for place in range(len(teacher)):
        who, where = teacher[place], teaches[place]
        for at in range(teacher_ptr[who], teacher_ptr[who + 1]):
            start = teacher_hours[at]
            cheapest[where, start] = min(cheapest[where, start], travel[place])
            lowest[where, start] = min(lowest[where, start], fewest[who])
            highest[where, start] = max(highest[where, start], most[who])
    company = np.zeros((rooms, slots), dtype=np.int64)
    worth = np.zeros((rooms, slots))
    joins = np.zeros((rooms, slots), dtype=np.int64)
    for place in range(len(row)):
        where = room[place]
        for at in range(hours_ptr[row[place]], hours_ptr[row[place] + 1]):
            start = hours[at]
            company[where, start] += people[place]
            worth[where, start] += max(0.0, gain[place] - later * people[place] * start)
            joins[where, start] += 1
    begins = np.full((rooms, slots), -1, dtype=np.int64)
    keys = entries = 0
    for where in range(rooms):
        for start in range(slots):
            least = max(lowest[where, start], minimum)
            top = min(highest[where, start], capacity[where])
            if (
                open_at[where, start] and least <= top and company[where, start] >= least
                and worth[where, start] > cheapest[where, start] + class_cost
            ):  # fmt: skip
                begins[where, start] = entries
                entries += joins[where, start]
                keys += 1
    key_room, key_start = np.empty(keys, dtype=np.int64), np.empty(keys, dtype=np.int64)
    key_lowest, key_highest = np.empty(keys, dtype=np.int64), np.empty(keys, dtype=np.int64)
    counts = np.empty(keys, dtype=np.int64)
    key = 0
    for where in range(rooms):
        for start in range(slots):
            if begins[where, start] >= 0:
                key_room[key], key_start[key], counts[key] = where, start, joins[where, start]
                key_lowest[key] = max(lowest[where, start], minimum)
                key_highest[key] = min(highest[where, start], capacity[where])
                key += 1
    wish, gained = np.empty(entries, dtype=np.int64), np.empty(entries)
    for place in range(len(row)):
        where = room[place]
        for at in range(hours_ptr[row[place]], hours_ptr[row[place] + 1]):
            start = hours[at]
            entry = begins[where, start]
            if entry >= 0:
                wish[entry], gained[entry] = row[place], gain[place] - later * people[place] * start
                begins[where, start] += 1
    return key_room, key_start, key_lowest, key_highest, counts, wish, gained
