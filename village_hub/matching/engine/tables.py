"""The problem as arrays. Rows are sorted by id, so the order of the input cannot matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from village_hub.matching.engine.compiled import compiled
from village_hub.matching.engine.geometry import Floats, coordinates
from village_hub.matching.engine.problem import Instructor, KeptClass, Problem, Rules, Venue, Wish

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Tables:
    """W wishes, I instructors, V venues over S slots; `*_start[x, s]` says whether x could attend a class from s on.

    `ahead` is a wish's worth per person before walking, level and lateness. `loads` are sessions an instructor already
    has in the horizon, `caps_left` (I × weeks) what is left per week. Kept classes are already taken out of everything.
    `instructor_open` is `instructor_start` before caps, `teaching` names the instructors of each topic.
    """

    problem: Problem
    wishes: list[Wish]
    instructors: list[Instructor]
    venues: list[Venue]
    people: Ints
    ahead: Floats
    reach: Floats
    wish_at: Floats
    instructor_at: Floats
    venue_at: Floats
    wish_start: Bools
    instructor_start: Bools
    instructor_open: Bools
    venue_start: Bools
    caps_left: Ints
    loads: Ints
    free: Bools
    forbidden: frozenset[tuple[int, int]]
    wish_row: dict[str, int]
    instructor_row: dict[str, int]
    venue_row: dict[str, int]
    teaching: dict[str, list[int]]

    @property
    def rules(self) -> Rules:
        """The rulebook of the problem."""
        return self.problem.rules

    @property
    def slots(self) -> int:
        """Half hours in the horizon."""
        return int(self.venue_start.shape[1])

    def load_cost(self, instructor: int, sessions: int) -> float:
        """What `sessions` more sessions of one instructor cost, each weighing as many as come before it."""
        before = int(self.loads[instructor])
        return self.rules.weights.load * (sessions * before + sessions * (sessions - 1) / 2)

    def travel_cost(self, metres: Floats) -> Floats:
        """The way there and back, in served people."""
        return self.rules.weights.travel_per_km * 2 * metres / 1000

    def gain(self, wishes: Ints, metres: Floats, level: int) -> Floats:
        """What serving each wish at these distances (broadcast over the last axis) and level is worth at once."""
        weights = self.rules.weights
        apart = np.array([levels_apart(self.wishes[row].level, level) for row in wishes], dtype=np.float64)
        walking = weights.walking * metres / np.maximum(self.reach[wishes], 1.0)
        worth: Floats = self.people[wishes] * (self.ahead[wishes] - walking - weights.level_step * apart)
        return worth

    def gains(self, wishes: Ints, metres: Floats, level: int) -> Floats:
        """What serving each wish (repeated as needed) at its own distance and this level is worth at once."""
        weights = self.rules.weights
        names, place = np.unique(wishes, return_inverse=True)
        apart = np.array([levels_apart(self.wishes[row].level, level) for row in names.tolist()], dtype=np.float64)
        walking = weights.walking * metres / np.maximum(self.reach[wishes], 1.0)
        worth: Floats = self.people[wishes] * (self.ahead[wishes] - walking - weights.level_step * apart[place])
        return worth

    def later(self, people: Ints | int, start: Ints | int) -> Floats:
        """What it costs so many people that their class is not at the start of the horizon (broadcast)."""
        return np.asarray(self.rules.weights.later_per_day * people * start * 7 / self.rules.slots_per_week)


def levels_apart(wished: int, taught: int) -> int:
    """A wish without a level, or a class without one, fits exactly."""
    return abs(wished - taught) if wished and taught else 0


def tables_of(problem: Problem) -> Tables:
    """Sorts, indexes and subtracts the kept classes."""
    rules, weights = problem.rules, problem.rules.weights
    wishes = sorted(problem.wishes, key=lambda wish: wish.id)
    instructors = sorted(problem.instructors, key=lambda instructor: instructor.id)
    venues = sorted(problem.venues, key=lambda venue: venue.id)
    slots = max((slot + 1 for wish in wishes for slot in wish.slots), default=0)
    weeks = max(1, -(-slots // rules.slots_per_week))
    caps = np.array(
        [[one.cap_per_week - one.taken_per_week.get(week, 0) for week in range(weeks)] for one in instructors],
        dtype=np.int64,
    ).reshape(len(instructors), weeks)
    waited = np.array([max(0, wish.waiting_days) for wish in wishes], dtype=np.float64)
    full_days = max(1, weights.waiting_full_days)
    wish_row = {wish.id: row for row, wish in enumerate(wishes)}
    instructor_row = {instructor.id: row for row, instructor in enumerate(instructors)}
    tables = Tables(
        problem=problem,
        wishes=wishes,
        instructors=instructors,
        venues=venues,
        people=np.array([wish.people for wish in wishes], dtype=np.int64),
        ahead=weights.served
        + weights.waiting * np.minimum(waited, full_days) / full_days
        + weights.priority * np.array([wish.priority for wish in wishes], dtype=np.float64),
        reach=np.array([wish.reach_m for wish in wishes], dtype=np.float64),
        wish_at=coordinates([wish.point for wish in wishes]),
        instructor_at=coordinates([instructor.point for instructor in instructors]),
        venue_at=coordinates([venue.point for venue in venues]),
        wish_start=_starts([wish.slots for wish in wishes], slots, rules),
        instructor_start=np.zeros((len(instructors), slots), dtype=np.bool_),
        instructor_open=_starts([one.slots if not one.paused else frozenset() for one in instructors], slots, rules),
        venue_start=_starts([venue.slots for venue in venues], slots, rules),
        caps_left=caps,
        loads=np.array([sum(one.taken_per_week.values()) for one in instructors], dtype=np.int64),
        free=np.ones(len(wishes), dtype=np.bool_),
        forbidden=frozenset(
            (wish_row[wish], instructor_row[instructor])
            for wish, instructor in problem.forbidden
            if wish in wish_row and instructor in instructor_row
        ),
        wish_row=wish_row,
        instructor_row=instructor_row,
        venue_row={venue.id: row for row, venue in enumerate(venues)},
        teaching={},
    )
    for row, one in enumerate(instructors):
        for topic in one.topics:
            tables.teaching.setdefault(topic, []).append(row)
    for kept in problem.kept:
        _take_out(tables, kept)
    tables.instructor_start[:] = tables.instructor_open
    week_of = np.arange(slots) // rules.slots_per_week
    tables.instructor_start[caps[:, week_of] <= 0] = False
    return tables


def meetings(left: Bools, weights: Ints, right: Bools) -> Ints:
    """a × b: for rows of `left` (n × a) and `right` (n × b) that both hold, their weights added up."""
    added = np.zeros((left.shape[1], right.shape[1]), np.int64)
    _meet(left, weights, right, added)
    return added


@compiled
def _meet(left: Bools, weights: Ints, right: Bools, added: Ints) -> None:
    for row in range(left.shape[0]):
        hours = np.flatnonzero(right[row])
        for place in np.flatnonzero(left[row]):
            for hour in hours:
                added[place, hour] += weights[row]


def around(start: int, length: int) -> slice:
    """Starts whose classes would overlap with one from `start` on."""
    return slice(max(0, start - length + 1), start + length)


def distinct_needs(tables: Tables) -> tuple[Bools, Ints]:
    """Which venues have each set of access features that somebody needs (sets × V), and the set of each wish."""
    names: dict[frozenset[str], int] = {}
    kind_of = np.array([names.setdefault(wish.needs, len(names)) for wish in tables.wishes], dtype=np.int64)
    suits = [[needs <= venue.features for venue in tables.venues] for needs in names]
    return np.array(suits, dtype=np.bool_).reshape(len(names), len(tables.venues)), kind_of


def _starts(free: Sequence[frozenset[int]], slots: int, rules: Rules) -> Bools:
    length = rules.length_slots
    starts = np.zeros((len(free), slots), dtype=np.bool_)
    begins = np.arange(slots) % rules.start_step_slots == 0
    for first in range(0, len(free), _ROWS_AT_ONCE):
        block = free[first : first + _ROWS_AT_ONCE]
        counts = [len(own) for own in block]
        column = np.fromiter((slot for own in block for slot in own), dtype=np.int64, count=sum(counts))
        row = np.repeat(np.arange(len(block)), counts)
        inside = column < slots
        open_at = np.zeros((len(block), slots + length - 1), dtype=np.bool_)
        open_at[row[inside], column[inside]] = True
        whole = open_at[:, :slots].copy()
        for later in range(1, length):
            whole &= open_at[:, later : later + slots]
        starts[first : first + len(block)] = whole & begins
    return starts


def _take_out(tables: Tables, kept: KeptClass) -> None:
    blocked = around(kept.start, tables.rules.length_slots)
    instructor = tables.instructor_row[kept.instructor_id]
    tables.instructor_open[instructor, blocked] = False
    tables.venue_start[tables.venue_row[kept.venue_id], blocked] = False
    week = tables.rules.week_of(kept.start)
    if week < tables.caps_left.shape[1]:
        tables.caps_left[instructor, week] -= 1
    tables.loads[instructor] += 1
    for wish in kept.wish_ids:
        tables.free[tables.wish_row[wish]] = False
