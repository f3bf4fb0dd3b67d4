"""What a draft leaves free, seen from one topic, level, language and circle at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.draft import Draft
from village_hub.matching.engine.geometry import Floats, distances_m
from village_hub.matching.engine.pools import (
    Pool,
    PoolKey,
    accessible,
    levels_of,
    members,
    pool_from,
    pool_rows,
    reaches,
)
from village_hub.matching.engine.rivals import rooms_left
from village_hub.matching.engine.tables import Bools, Ints, around, levels_apart, meetings


@dataclass(frozen=True, slots=True)
class View:
    """V × S: people of free wishes (`company`), and whether an instructor could teach there and then.

    `able` is now, `uncapped` now but for the weekly caps, `before` without the draft. `pool` holds the free wishes.
    """

    pool: Pool
    company: Ints
    able: Bools
    uncapped: Bools
    before: Bools


@dataclass(frozen=True, slots=True)
class Seeker:
    """One unmatched wish: V rows of distance, reach and access, S columns: does it suit, half hours to add."""

    row: int
    metres: Floats
    reached: Bools
    accessible: Bools
    suits: Bools
    extra: Ints

    @property
    def near(self) -> Bools:
        """Venues that reach and access allow."""
        return self.reached & self.accessible


class Vacancies:
    """Views are made once and shared by all wishes that ask; `exact_up_to` is 0 where the draft may not be the best."""

    def __init__(self, draft: Draft, exact_up_to: int = 0) -> None:
        self.draft, self.tables, self.exact_up_to = draft, draft.tables, exact_up_to
        self.open = self.tables.instructor_open.copy()
        for column in draft.columns:
            start = int(draft.found.start[column.key])
            self.open[column.instructor, around(start, self.tables.rules.length_slots)] = False
        self.rooms = rooms_left(draft)
        self._views: dict[PoolKey, View] = {}
        self._free = members(self.tables, draft.free)
        self._levels = {key: levels_of(self.tables, key[0], rows) for key, rows in members(self.tables).items()}

    def keys(self, row: int, languages: frozenset[str]) -> list[PoolKey]:
        """The pools the wish could be in if it spoke these languages."""
        wish, tolerance = self.tables.wishes[row], self.tables.rules.level_tolerance
        return [
            (wish.topic, level, language, wish.only_with)
            for level in self._levels[wish.topic, wish.only_with]
            if levels_apart(wish.level, level) <= tolerance
            for language in sorted(languages)
        ]

    def view(self, key: PoolKey) -> View:
        """The view of one pool of free wishes."""
        if key not in self._views:
            self._views[key] = self._look(key)
        return self._views[key]

    def seeker(self, row: int) -> Seeker:
        """The wish with its own conditions."""
        tables, rows = self.tables, np.array([row], dtype=np.int64)
        metres = distances_m(tables.wish_at[rows], tables.venue_at)
        length = tables.rules.length_slots
        ticks = np.zeros(tables.slots + length, dtype=np.int64)
        ticks[[slot for slot in tables.wishes[row].slots if slot < tables.slots]] = 1
        sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(ticks)])
        return Seeker(
            row=row,
            metres=metres[0],
            reached=reaches(tables, rows, metres)[0],
            accessible=accessible(tables, rows)[0],
            suits=tables.wish_start[row],
            extra=length - (sums[length : length + tables.slots] - sums[: tables.slots]),
        )

    def _look(self, key: PoolKey) -> View:
        tables = self.tables
        wishes, instructors = pool_rows(tables, key, self._free.get((key[0], key[3]), []))
        pool = pool_from(tables, key, wishes, instructors)
        company = meetings(pool.fits, tables.people[pool.wishes], tables.wish_start[pool.wishes])
        ones = np.ones_like(pool.instructors)
        able, uncapped, before = (
            meetings(pool.near, ones, starts[pool.instructors]) > 0
            for starts in (self.draft.instructor_start, self.open, tables.instructor_start)
        )
        return View(pool, company, able, uncapped, before)
