"""Other ways to match, as strong as they are usually written: pooling by topic, and a MIP over the same columns."""

from __future__ import annotations

from collections import Counter
from math import dist
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from tests.benchmarks.solvers import by_highs
from tests.matching.engine.checker import faults_of, value_of
from village_hub.matching.engine import KeptClass, Problem, Wish
from village_hub.matching.engine.board import value_of_board
from village_hub.matching.engine.bound import lagrangian
from village_hub.matching.engine.candidates import candidates_of
from village_hub.matching.engine.columns import with_instructors
from village_hub.matching.engine.draft import Draft
from village_hub.matching.engine.market import market_of
from village_hub.matching.engine.search import greedy
from village_hub.matching.engine.selection import Rows
from village_hub.matching.engine.tables import tables_of
from village_hub.matching.engine.tariff import first_prices

_COLUMNS = 30_000
_CREW = 4


class Met(NamedTuple):
    """So many columns as the rows of a program, and what no plan exceeds, in these columns or not."""

    rows: Rows
    columns: int
    bound: float


def pooled_by_topic(problem: Problem) -> list[KeptClass]:
    """Wishes of a topic meet at their nearest venue at the hour that suits most; Hungarian deals out instructors."""
    pools: dict[tuple[str, str], list[Wish]] = {}
    for wish in problem.wishes:
        venue = min(problem.venues, key=lambda one: (dist(one.point, wish.point), one.id))
        if dist(venue.point, wish.point) <= wish.reach_m:
            pools.setdefault((wish.topic, venue.id), []).append(wish)
    wanted: dict[int, list[KeptClass]] = {}
    taken = set[tuple[str, int]]()
    open_at = {venue.id: venue for venue in problem.venues}
    for (topic, place), wishes in sorted(pools.items()):
        hours = {slot: [wish for wish in wishes if slot in wish.slots] for slot in open_at[place].slots}
        hours = {slot: those for slot, those in hours.items() if (place, slot) not in taken and those}
        if not hours:
            continue
        start = max(hours, key=lambda slot: (sum(wish.people for wish in hours[slot]), -slot))
        group, people = list[str](), 0
        for wish in sorted(hours[start], key=lambda one: (-one.waiting_days, one.id)):
            if people + wish.people <= min(problem.rules.maximum_group, open_at[place].capacity):
                group, people = [*group, wish.id], people + wish.people
        if people >= problem.rules.minimum_group:
            taken.add((place, start))
            wanted.setdefault(start, []).append(KeptClass(topic=topic, level=0, language="ko", wish_ids=tuple(group),
                                                          instructor_id="", venue_id=place, start=start))  # fmt: skip
    taught = Counter[tuple[str, int]]()
    return [one for start, classes in sorted(wanted.items()) for one in _dealt_out(problem, start, classes, taught)]


def column_program(problem: Problem, seconds: float) -> dict[str, float]:
    """HiGHS over the columns that the bound's prices met: the LP first, then the MIP with the CPU seconds given."""
    met = columns_met(problem)
    relaxed = by_highs(met.rows.program(0))
    whole = by_highs(met.rows.program(met.columns), seconds)
    return {"columns": met.columns, "lp": relaxed.value, "lp_seconds": relaxed.seconds, "bound": met.bound,
            "value": whole.value, "seconds": whole.seconds}  # fmt: skip


def columns_met(problem: Problem) -> Met:
    """Groups that the bound's prices met, each with the instructors who are worth most for it."""
    tables = tables_of(problem)
    found = candidates_of(tables)
    market = market_of(tables, found)
    reached = value_of_board(market, greedy(tables, found, market))
    dual = lagrangian(market, first_prices(tables, market), reached, 300, lambda: True)
    used = dual.groups.used[0]
    met = zip(dual.groups.key[:used].tolist(), dual.groups.members[:used], strict=True)
    groups = sorted({(key, tuple(sorted(members[members >= 0].tolist()))) for key, members in met})
    columns = []
    for key, group in groups[:: max(1, len(groups) * _CREW // _COLUMNS)]:
        columns += sorted(with_instructors(tables, found, key, group), key=lambda one: -one.value)[:_CREW]
    return Met(Rows(Draft(tables, found), columns), len(columns), dual.bound)


def _dealt_out(
    problem: Problem, start: int, classes: list[KeptClass], taught: Counter[tuple[str, int]]
) -> list[KeptClass]:
    """One instructor each, by the Hungarian method, among those who have not reached their cap of the week."""
    week = problem.rules.week_of(start)
    able = [one for one in problem.instructors if start in one.slots and taught[one.id, week] < one.cap_per_week]
    worth = np.full((len(classes), len(able)), -1e6)
    for row, one in enumerate(classes):
        for column, instructor in enumerate(able):
            if one.topic in instructor.topics:
                held = _held_by(one, instructor.id)
                if not faults_of(problem, held):
                    worth[row, column] = value_of(problem, [held])
    rows, columns = linear_sum_assignment(worth, maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    dealt = [_held_by(classes[row], able[column].id) for row, column in pairs if worth[row, column] > 0]
    taught.update((one.instructor_id, week) for one in dealt)
    return dealt


def _held_by(one: KeptClass, instructor: str) -> KeptClass:
    return KeptClass(topic=one.topic, level=one.level, language=one.language, wish_ids=one.wish_ids,
                     instructor_id=instructor, venue_id=one.venue_id, start=one.start)  # fmt: skip
