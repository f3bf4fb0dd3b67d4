"""All classes that could be held, as keys (pool, venue, start) with the wishes and instructors that fit each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.pools import Pool, pools_of
from village_hub.matching.engine.tables import Ints, Tables, meetings

_CELLS_AT_ONCE = 3_000_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """K keys sorted by venue, start and pool.

    Wishes of key k are entries `wish_ptr[k]:wish_ptr[k + 1]` of `wish` and `gain`; instructors are `pair_ptr[k]:…` of
    `instructor` and `travel`. A class of key k has `lowest[k]` to `highest[k]` people; the limits of one instructor may
    be narrower, so the two are a relaxation where instructors differ.
    """

    pools: list[Pool]
    pool: Ints
    venue: Ints
    start: Ints
    lowest: Ints
    highest: Ints
    wish_ptr: Ints
    wish: Ints
    gain: Floats
    pair_ptr: Ints
    instructor: Ints
    travel: Floats

    def __len__(self) -> int:
        return len(self.pool)


def candidates_of(tables: Tables) -> Candidates:
    """Every key with enough people, an instructor and a positive best value; leaving out the others is lossless."""
    pools = list(pools_of(tables))
    parts = [part for place, pool in enumerate(pools) for part in _parts_of(tables, place, pool)]
    return _sorted(pools, parts or [_NOTHING])


def spread(ptr: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """Entries of the chosen keys one after another, and where each key's entries begin among them."""
    lengths = ptr[keys + 1] - ptr[keys]
    begins = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    return np.repeat(ptr[keys] - begins[:-1], lengths) + np.arange(begins[-1]), begins[:-1]


@dataclass(frozen=True, slots=True)
class _Part:
    pool: Ints
    venue: Ints
    start: Ints
    lowest: Ints
    highest: Ints
    wish_count: Ints
    wish: Ints
    gain: Floats
    pair_count: Ints
    instructor: Ints
    travel: Floats


_NONE = np.zeros(0, dtype=np.int64)
_NOTHING = _Part(_NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, np.zeros(0), _NONE, _NONE, np.zeros(0))


def _parts_of(tables: Tables, place: int, pool: Pool) -> Iterator[_Part]:
    company = meetings(pool.fits, tables.people[pool.wishes], tables.wish_start[pool.wishes])
    able = meetings(pool.near, np.ones_like(pool.instructors), tables.instructor_start[pool.instructors])
    venues, starts = np.nonzero((company >= tables.rules.minimum_group) & (able > 0) & tables.venue_start)
    step = max(1, _CELLS_AT_ONCE // (len(pool.wishes) + len(pool.instructors)))
    for begin in range(0, len(venues), step):
        yield _part(tables, place, pool, venues[begin : begin + step], starts[begin : begin + step])


def _part(tables: Tables, place: int, pool: Pool, venues: Ints, starts: Ints) -> _Part:
    joins = pool.fits.T[venues] & tables.wish_start[pool.wishes].T[starts]
    teaches = pool.near.T[venues] & tables.instructor_start[pool.instructors].T[starts]
    own = [tables.instructors[row] for row in pool.instructors.tolist()]
    rules = tables.rules
    smallest = np.array([one.group_min for one in own], dtype=np.int64)
    largest = np.array([one.group_max for one in own], dtype=np.int64)
    capacity = np.array([venue.capacity for venue in tables.venues], dtype=np.int64)
    lowest = np.maximum(np.where(teaches, smallest, 1_000_000).min(axis=1), rules.minimum_group)
    highest = np.minimum(np.where(teaches, largest, 0).max(axis=1), rules.maximum_group)
    highest = np.minimum(highest, capacity[venues])
    gain = pool.gain.T[venues] - tables.later(tables.people[pool.wishes], starts[:, None])
    best = (np.maximum(gain, 0.0) * joins).sum(axis=1)
    cost = np.where(teaches, pool.travel.T[venues], np.inf).min(axis=1) + rules.weights.class_cost
    people: Ints = joins @ tables.people[pool.wishes]
    keep = (lowest <= highest) & (people >= lowest) & (best > cost)
    venues, starts, joins, teaches, gain = venues[keep], starts[keep], joins[keep], teaches[keep], gain[keep]
    key, wish = np.nonzero(joins)
    taught, instructor = np.nonzero(teaches)
    return _Part(
        pool=np.full(len(venues), place, dtype=np.int64),
        venue=venues,
        start=starts,
        lowest=lowest[keep],
        highest=highest[keep],
        wish_count=joins.sum(axis=1),
        wish=pool.wishes[wish],
        gain=gain[key, wish],
        pair_count=teaches.sum(axis=1),
        instructor=pool.instructors[instructor],
        travel=pool.travel[instructor, venues[taught]],
    )


def _sorted(pools: list[Pool], parts: list[_Part]) -> Candidates:
    pool, venue, start = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("pool", "venue", "start")
    )
    order = np.lexsort((pool, start, venue))
    wish_ptr = _pointers(np.concatenate([part.wish_count for part in parts]))
    pair_ptr = _pointers(np.concatenate([part.pair_count for part in parts]))
    entries, wish_begins = spread(wish_ptr, order)
    pairs, pair_begins = spread(pair_ptr, order)
    return Candidates(
        pools=pools,
        pool=pool[order],
        venue=venue[order],
        start=start[order],
        lowest=np.concatenate([part.lowest for part in parts])[order],
        highest=np.concatenate([part.highest for part in parts])[order],
        wish_ptr=np.append(wish_begins, len(entries)),
        wish=np.concatenate([part.wish for part in parts])[entries],
        gain=np.concatenate([part.gain for part in parts])[entries],
        pair_ptr=np.append(pair_begins, len(pairs)),
        instructor=np.concatenate([part.instructor for part in parts])[pairs],
        travel=np.concatenate([part.travel for part in parts])[pairs],
    )


def _pointers(counts: Ints) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
