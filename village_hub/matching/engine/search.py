"""A plan under construction, and the steps that make it fuller: each keeps every hard rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from village_hub.matching.engine.bound import Dual
from village_hub.matching.engine.candidates import Candidates, spread
from village_hub.matching.engine.columns import Column, allowed_with
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import best_group
from village_hub.matching.engine.tables import Ints, Tables, around

_ROUND = 96
_WORTH_OF_LEADER = 0.8
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
        for column in columns:
            self.add(column)

    @property
    def value(self) -> float:
        """Worth of all classes less the load of all instructors, without kept classes."""
        load = sum(
            self.tables.load_cost(row, int(self.sessions[row])) for row in np.flatnonzero(self.sessions).tolist()
        )
        return sum(column.value for column in sorted(self.columns)) - load

    def add(self, column: Column) -> None:
        """Takes the wishes, the instructor's hours and cap, and the room."""
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
        self.columns.append(column)

    def fits(self, column: Column) -> bool:
        """Nothing the class needs is taken."""
        start = self.found.start[column.key]
        return bool(
            self.instructor_start[column.instructor, start]
            and self.venue_start[self.found.venue[column.key], start]
            and self.free[list(column.wishes)].all()
        )


def fill(draft: Draft, dual: Dual | None = None, among: Ints | None = None) -> Draft:
    """Adds classes until no key leaves a positive value, the best first; the prices of `dual` make it look ahead.

    Goes in rounds: all keys get an optimistic value at once, the most promising are formed exactly, and those within a
    share of the best are taken as long as they do not touch each other.
    """
    keys = np.arange(len(draft.found)) if among is None else among
    offers = _Offers(draft, dual)
    while len(keys):
        keys, optimistic = offers.promising(keys)
        leaders = keys[np.argsort(-optimistic, kind="stable")[:_ROUND]]
        formed = [(value, column) for key in leaders.tolist() for value, column in offers.form(key)]
        formed.sort(key=lambda entry: (-entry[0], entry[1]))
        if not formed:
            keys = np.setdiff1d(keys, leaders)
            continue
        least = _WORTH_OF_LEADER * formed[0][0]
        for value, column in formed:
            if value >= least and draft.fits(column):
                draft.add(column)
    return draft


def regroup(draft: Draft) -> Draft:
    """Every class chooses its group anew from its own and all free wishes, so nobody who could join is left out."""
    found, tables = draft.found, draft.tables
    for place, column in enumerate(draft.columns):
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
            draft.columns[place] = Column(column.key, chosen, column.instructor, column.value - before + gained)
        draft.free[list(draft.columns[place].wishes)] = False
    return draft


def earlier(draft: Draft) -> Draft:
    """Every class moves to the first hour at which its own group, instructor and room are free, until none can."""
    found, moved = draft.found, True
    while moved:
        moved = False
        for column in sorted(draft.columns, key=lambda one: (int(found.start[one.key]), one)):
            sooner = list(_sooner(draft, column))
            if not sooner:
                continue
            others = Draft(draft.tables, found, (one for one in draft.columns if one is not column))
            first = next((one for one in sooner if others.fits(one)), None)
            if first is not None:
                others.add(first)
                draft, moved = others, True
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
    start, people = int(found.start[column.key]), int(tables.people[rows].sum())
    same = (found.pool == found.pool[column.key]) & (found.venue == found.venue[column.key]) & (found.start < start)
    keys = np.flatnonzero(same & tables.instructor_start[column.instructor, found.start])
    for key in keys[tables.wish_start[rows][:, found.start[keys]].all(axis=0)].tolist():
        won = float(tables.later(people, start) - tables.later(people, int(found.start[key])))
        yield Column(key, column.wishes, column.instructor, column.value + won)


class _Offers:
    """What each key would be worth now, at the given prices."""

    def __init__(self, draft: Draft, dual: Dual | None) -> None:
        self.draft, self.tables, self.found = draft, draft.tables, draft.found
        found, rules = self.found, self.tables.rules
        key_of = np.repeat(np.arange(len(found)), np.diff(found.pair_ptr))
        self.pair_start = found.start[key_of]
        self.gain, self.paid = found.gain, found.travel + rules.weights.class_cost
        if dual is not None:
            self.gain = self.gain - dual.prices.wish[found.wish]
            self.paid = self.paid + dual.hours.asked(dual.prices, found.instructor, self.pair_start)

    def promising(self, keys: Ints) -> tuple[Ints, Floats]:
        draft, found, tables = self.draft, self.found, self.tables
        keys = keys[draft.venue_start[found.venue[keys], found.start[keys]]]
        if not len(keys):
            return keys, np.zeros(0)
        entries, begins = spread(found.wish_ptr, keys)
        wishes = found.wish[entries]
        free = draft.free[wishes]
        company = np.add.reduceat(free * tables.people[wishes], begins)
        gained = np.add.reduceat(free * np.maximum(self.gain[entries], 0.0), begins)
        pairs, begins = spread(found.pair_ptr, keys)
        cost = np.minimum.reduceat(self._cost(pairs), begins)
        optimistic = gained - cost
        alive = (company >= found.lowest[keys]) & (optimistic > _SMALLEST_VALUE)
        return keys[alive], optimistic[alive]

    def form(self, key: int) -> list[tuple[float, Column]]:
        """The best class of the key now, if it is worth anything: cheapest instructors first, until one cannot win."""
        found, tables, draft = self.found, self.tables, self.draft
        first, last = int(found.wish_ptr[key]), int(found.wish_ptr[key + 1])
        free = draft.free[found.wish[first:last]]
        wishes, gain, real = found.wish[first:last][free], self.gain[first:last][free], found.gain[first:last][free]
        pairs = np.arange(found.pair_ptr[key], found.pair_ptr[key + 1])
        cost = self._cost(pairs)
        best: list[tuple[float, Column]] = []
        known: dict[tuple[int, int], tuple[float, Ints]] = {}
        for place in np.argsort(cost, kind="stable").tolist():
            instructor, paid = int(found.instructor[pairs[place]]), float(cost[place])
            if not np.isfinite(paid) or paid >= (most := float(np.maximum(gain, 0.0).sum())):
                break
            if best and most - paid <= best[0][0]:
                break
            span = limits_of(tables, int(found.venue[key]), instructor)
            allowed = np.flatnonzero(allowed_with(tables, wishes, instructor))
            if len(allowed) < len(wishes):
                value, group = best_group(gain[allowed], tables.people[wishes[allowed]], *span)
                group = allowed[group]
            else:
                if span not in known:
                    known[span] = best_group(gain, tables.people[wishes], *span)
                value, group = known[span]
            if value - paid > (best[0][0] if best else _SMALLEST_VALUE):
                travel = float(found.travel[pairs[place]])
                worth = float(real[group].sum()) - tables.rules.weights.class_cost - travel
                best = [(value - paid, Column(key, tuple(wishes[group].tolist()), instructor, worth))]
        return best

    def _cost(self, pairs: Ints) -> Floats:
        draft, instructors = self.draft, self.found.instructor[pairs]
        load = self.tables.rules.weights.load * (self.tables.loads[instructors] + draft.sessions[instructors])
        able = draft.instructor_start[instructors, self.pair_start[pairs]]
        return np.where(able, self.paid[pairs] + load, np.inf)
