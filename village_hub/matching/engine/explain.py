"""The draft in words of the problem: ids, reasons with figures, scores, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from village_hub.matching.engine.columns import Column, agree, welcomes
from village_hub.matching.engine.draft import Draft
from village_hub.matching.engine.market import ways_in_slots
from village_hub.matching.engine.meeting import (
    Meeting,
    kept_meeting,
    kept_meetings,
    kept_value,
    metres_to_venue,
    reasons_of,
    score_of,
    value_of,
)
from village_hub.matching.engine.plan import Alternative, Plan, PlannedClass, Reason, Tariff, Unmatched
from village_hub.matching.engine.pools import Membership, teaches
from village_hub.matching.engine.problem import ANY_LEVEL, KeptClass, Problem
from village_hub.matching.engine.tables import Tables, levels_apart, tables_of
from village_hub.matching.engine.vacancies import Vacancies
from village_hub.matching.engine.whynot import other_changes, why_not


def plan_of(draft: Draft, bound: float, tariff: Tariff | None, effort: Mapping[str, int], exact_up_to: int = 0) -> Plan:
    """The finished answer; classes in order of start, venue and instructor.

    `exact_up_to` is the size up to which a draft that is the optimum was looked for; 0 where it was not.
    """
    tables = draft.tables
    meetings = kept_meetings(tables)
    for column in draft.columns:
        pool = draft.found.pools[int(draft.found.pool[column.key])]
        venue, start = int(draft.found.venue[column.key]), int(draft.found.start[column.key])
        level = _level(tables, pool, column)
        meetings.append(Meeting(pool.key[0], level, pool.language, column.wishes, column.instructor, venue, start))
    meetings.sort(key=lambda one: (one.start, one.venue, one.instructor))
    sessions = _sessions(tables, meetings)
    vacancies = Vacancies(draft, exact_up_to)
    return Plan(
        classes=tuple(_planned(tables, one, sessions) for one in meetings),
        value=kept_value(tables) + draft.value,
        bound=bound,
        unmatched=Unmatched(
            (tables.wishes[row].id for row in np.flatnonzero(draft.free).tolist()),
            lambda name: why_not(vacancies, tables.wish_row[name]),
            lambda name, first: other_changes(vacancies, tables.wish_row[name], first),
        ),
        stability=draft.stability,
        tariff=tariff,
        effort=effort,
    )


def alternatives(problem: Problem, planned: PlannedClass | KeptClass) -> tuple[Alternative, ...]:
    """Other instructors for the same group, place and hour, the best first.

    Whoever holds one of the other classes in `problem.kept` is busy then; classes that are not kept do not count.
    """
    own = planned.keep() if isinstance(planned, PlannedClass) else planned
    others = tuple(kept for kept in problem.kept if not set(kept.wish_ids) & set(own.wish_ids))
    tables = tables_of(replace(problem, kept=others))
    asked, meetings = kept_meeting(tables, own), kept_meetings(tables)
    ranked = []
    for row in range(len(tables.instructors)):
        other = Meeting(asked.topic, asked.level, asked.language, asked.wishes, row, asked.venue, asked.start)
        if row != asked.instructor and _can_hold(tables, other):
            worth = value_of(tables, other) - tables.load_cost(row, 1)
            ranked.append((-worth, row, other))
    return tuple(
        Alternative(
            tables.instructors[row].id,
            score_of(tables, other, value_of(tables, other)),
            _reasons(tables, other, _sessions(tables, [*meetings, other])),
        )
        for _, row, other in sorted(ranked, key=lambda entry: entry[:2])
    )


def _level(tables: Tables, pool: Membership, column: Column) -> int:
    """The lowest level that suits the group as well as the pool's; none is named where nobody named one."""
    taught = tables.instructors[column.instructor].topics[pool.key[0]]
    group = [(tables.wishes[row].level, tables.wishes[row].people) for row in column.wishes]
    wished = {level for level, _ in group} - {ANY_LEVEL}
    if not wished:
        return min(taught)
    levels = taught - {ANY_LEVEL} | (wished if ANY_LEVEL in taught else set())

    def apart(level: int) -> int:
        return sum(people * levels_apart(own, level) for own, people in group)

    def fits(level: int) -> bool:
        return all(levels_apart(own, level) <= tables.rules.level_tolerance for own in wished)

    return min(level for level in {*levels, pool.level} if fits(level) and apart(level) == apart(pool.level))


def _planned(tables: Tables, meeting: Meeting, sessions: Counter[tuple[int, int]]) -> PlannedClass:
    value = value_of(tables, meeting)
    return PlannedClass(
        topic=meeting.topic,
        level=meeting.level,
        language=meeting.language,
        wish_ids=tuple(tables.wishes[row].id for row in meeting.wishes),
        instructor_id=tables.instructors[meeting.instructor].id,
        venue_id=tables.venues[meeting.venue].id,
        start=meeting.start,
        length=tables.rules.length_slots,
        value=value,
        score=score_of(tables, meeting, value),
        reasons=_reasons(tables, meeting, sessions),
        kept=meeting.kept,
    )


def _sessions(tables: Tables, meetings: Sequence[Meeting]) -> Counter[tuple[int, int]]:
    """Classes of each instructor in each week, and in all (week −1)."""
    weeks = ((one.instructor, tables.rules.week_of(one.start)) for one in meetings)
    return Counter(weeks) + Counter((one.instructor, -1) for one in meetings)


def _reasons(tables: Tables, meeting: Meeting, sessions: Counter[tuple[int, int]]) -> tuple[Reason, ...]:
    week, taken = tables.rules.week_of(meeting.start), tables.instructors[meeting.instructor].taken_per_week
    this_week = taken.get(week, 0) + sessions[meeting.instructor, week]
    return tuple(reasons_of(tables, meeting, this_week, sum(taken.values()) + sessions[meeting.instructor, -1]))


def _can_hold(tables: Tables, meeting: Meeting) -> bool:
    key = (meeting.topic, meeting.level, meeting.language, None)
    people = int(tables.people[list(meeting.wishes)].sum())
    return (
        meeting.start < tables.slots
        and bool(tables.instructor_start[meeting.instructor, meeting.start])
        and teaches(tables.instructors[meeting.instructor], key)
        and metres_to_venue(tables, meeting) <= tables.instructors[meeting.instructor].radius_m
        and welcomes(tables, meeting.instructor, people)
        and agree(tables, meeting.wishes, meeting.instructor)
        and _in_time(tables, meeting)
    )


def _in_time(tables: Tables, meeting: Meeting) -> bool:
    apart = ways_in_slots(tables)
    return len(apart) == 1 or all(
        abs(meeting.start - other.start) >= tables.rules.length_slots + apart[meeting.venue, other.venue]
        for other in kept_meetings(tables)
        if other.instructor == meeting.instructor
    )
