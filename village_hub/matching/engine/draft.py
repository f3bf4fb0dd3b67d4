"""A plan in rows of the tables, and the steps that finish it: each keeps every hard rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from village_hub.matching.engine.candidates import Candidates
from village_hub.matching.engine.columns import Column, allowed_with, column_of
from village_hub.matching.engine.grouping import best_group
from village_hub.matching.engine.market import ways_in_slots
from village_hub.matching.engine.tables import Tables, around

_SMALLEST_VALUE = 1e-9


class Draft:
    """Classes chosen so far and what they leave free."""

    def __init__(self, tables: Tables, found: Candidates, columns: Iterable[Column] = ()) -> None:
        self.tables, self.found = tables, found
        self.free = tables.free.copy()
        self.instructor_start = tables.instructor_start.copy()
        self.venue_start = tables.venue_start.copy()
        self.caps = tables.caps_left.copy()
        self.sessions = np.zeros(len(tables.instructors), dtype=np.int64)
        self.columns: list[Column] = []
        self._apart = ways_in_slots(tables)
        self._of_instructor: dict[int, list[Column]] = {}
        self._of_venue: dict[int, list[Column]] = {}
        for column in columns:
            self.add(column)

    @property
    def value(self) -> float:
        """Worth of all classes less the load of all instructors, without kept classes."""
        load = sum(
            self.tables.load_cost(row, int(self.sessions[row])) for row in np.flatnonzero(self.sessions).tolist()
        )
        return sum(column.value for column in sorted(self.columns)) - load

    @property
    def stability(self) -> float:
        """How much of the value is that classes already shown stay as they are."""
        return float(sum(self.found.bonus[column.key] for column in self.columns))

    def add(self, column: Column) -> None:
        """Takes the wishes, the instructor's hours and cap, and the room."""
        self.columns.append(column)
        self._of_instructor.setdefault(column.instructor, []).append(column)
        self._of_venue.setdefault(int(self.found.venue[column.key]), []).append(column)
        self._take(column)

    def remove(self, column: Column) -> None:
        """Gives back everything the class took."""
        venue, instructor = int(self.found.venue[column.key]), column.instructor
        self.columns.remove(column)
        self._of_instructor[instructor].remove(column)
        self._of_venue[venue].remove(column)
        self.free[list(column.wishes)] = True
        self.instructor_start[instructor] = self.tables.instructor_start[instructor]
        self.venue_start[venue] = self.tables.venue_start[venue]
        self.caps[instructor] = self.tables.caps_left[instructor]
        self.sessions[instructor] = 0
        for other in self._of_instructor[instructor]:
            self._take(other)
        for other in self._of_venue[venue]:
            self.venue_start[venue, around(int(self.found.start[other.key]), self.tables.rules.length_slots)] = False

    def replace(self, place: int, column: Column) -> None:
        """Another group for the same key and instructor; whoever is free or not stays to be said."""
        old = self.columns[place]
        self.columns[place] = column
        for held in (self._of_instructor[column.instructor], self._of_venue[int(self.found.venue[column.key])]):
            held[held.index(old)] = column

    def fits(self, column: Column) -> bool:
        """Nothing the class needs is taken."""
        start, venue = int(self.found.start[column.key]), int(self.found.venue[column.key])
        return bool(
            self.instructor_start[column.instructor, start]
            and self.venue_start[venue, start]
            and self.free[list(column.wishes)].all()
            and self.in_time(column.instructor, venue, start)
        )

    def in_time(self, instructor: int, venue: int, start: int) -> bool:
        """The instructor's other classes leave enough time for the way."""
        if len(self._apart) == 1:
            return True
        tables, length = self.tables, self.tables.rules.length_slots
        classes = [(int(self.found.venue[one.key]), int(self.found.start[one.key]))
                   for one in self._of_instructor.get(instructor, [])]  # fmt: skip
        name = tables.instructors[instructor].id
        classes += [(tables.venue_row[one.venue_id], one.start) for one in tables.problem.kept
                    if one.instructor_id == name]  # fmt: skip
        return all(abs(start - begun) >= length + self._apart[venue, place] for place, begun in classes)

    def _take(self, column: Column) -> None:
        start, rules = int(self.found.start[column.key]), self.tables.rules
        week, blocked = rules.week_of(start), around(start, rules.length_slots)
        self.free[list(column.wishes)] = False
        self.venue_start[self.found.venue[column.key], blocked] = False
        self.instructor_start[column.instructor, blocked] = False
        self.caps[column.instructor, week] -= 1
        if self.caps[column.instructor, week] <= 0:
            first = week * rules.slots_per_week
            self.instructor_start[column.instructor, first : first + rules.slots_per_week] = False
        self.sessions[column.instructor] += 1


def regroup(draft: Draft) -> Draft:
    """Every class chooses its group anew from its own and all free wishes, so nobody who could join is left out."""
    found, tables = draft.found, draft.tables
    for place, column in enumerate(draft.columns):
        if found.bonus[column.key]:
            continue
        first, last = int(found.wish_ptr[column.key]), int(found.wish_ptr[column.key + 1])
        draft.free[list(column.wishes)] = True
        wishes, gain = found.wish[first:last], found.gain[first:last]
        allowed = draft.free[wishes] & allowed_with(tables, wishes, column.instructor)
        gained, group = best_group(
            gain[allowed],
            tables.people[wishes[allowed]],
            *limits_of(tables, int(found.venue[column.key]), column.instructor),
        )
        before = float(gain[np.isin(wishes, column.wishes)].sum())
        if gained > before + _SMALLEST_VALUE:
            chosen = tuple(wishes[allowed][group].tolist())
            draft.replace(place, Column(column.key, chosen, column.instructor, column.value - before + gained))
        draft.free[list(draft.columns[place].wishes)] = False
    return draft


def earlier(draft: Draft) -> Draft:
    """Every class moves to the first hour at which its own group, instructor and room are free, until none can."""
    start, moved = draft.found.start, True
    while moved:
        moved = False
        for column in sorted(draft.columns, key=lambda one: (int(start[one.key]), one)):
            sooner = list(_sooner(draft, column))
            if not sooner:
                continue
            draft.remove(column)
            first = next((one for one in sooner if draft.fits(one)), column)
            draft.add(first)
            moved |= first is not column
    return draft


def as_shown(draft: Draft) -> Draft:
    """A class that happens to be one already shown counts as that one."""
    found, tables = draft.found, draft.tables
    shown = {}
    for key in np.flatnonzero(found.bonus > 0).tolist():
        wishes = tuple(found.wish[found.wish_ptr[key] : found.wish_ptr[key + 1]].tolist())
        (place,) = found.crew_of(tables, key).tolist()
        shown[wishes, int(found.instructor[place]), int(found.venue[key]), int(found.start[key])] = key
    for column in list(draft.columns) if shown else []:
        venue, start = int(found.venue[column.key]), int(found.start[column.key])
        standing = shown.get((column.wishes, column.instructor, venue, start), column.key)
        if standing != column.key:
            draft.remove(column)
            draft.add(column_of(tables, found, standing, column.wishes, column.instructor))
    return draft


def limits_of(tables: Tables, venue: int, instructor: int | None) -> tuple[int, int]:
    """Least and most people of a class there, with this instructor or with one who welcomes every group."""
    lowest, highest = tables.rules.minimum_group, min(tables.rules.maximum_group, tables.venues[venue].capacity)
    if instructor is None:
        return lowest, highest
    one = tables.instructors[instructor]
    return max(lowest, one.group_min), min(highest, one.group_max)


def _sooner(draft: Draft, column: Column) -> Iterator[Column]:
    """The same class at every earlier start that its people, instructor and room allow, the earliest first."""
    found, tables, rows = draft.found, draft.tables, np.array(column.wishes, dtype=np.int64)
    start, people, venue = int(found.start[column.key]), int(tables.people[rows].sum()), found.venue[column.key]
    first = int(np.searchsorted(found.venue, venue))
    same = (found.pool[first : column.key] == found.pool[column.key]) & (found.start[first : column.key] < start)
    keys = first + np.flatnonzero(same)
    keys = keys[tables.instructor_start[column.instructor, found.start[keys]]]
    for key in keys[tables.wish_start[rows][:, found.start[keys]].all(axis=0)].tolist():
        won = float(tables.later(people, start) - tables.later(people, int(found.start[key])))
        yield Column(key, column.wishes, column.instructor, column.value + won)
