"""A run as a simulation makes it: with so little effort that a year of them takes a minute or two."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from village_hub.matching import engine

#: Price iterations of each run; a living city takes more.
EFFORT = 8


def plan_of(problem: engine.Problem) -> tuple[engine.Plan, tuple[tuple[str, ...], ...]]:
    """The plan, and for each of its classes the next best instructors."""
    plan = engine.solve(problem, effort=EFFORT, explained=False)
    return plan, tuple(_others(problem, plan, each) for each in plan.classes)


def _others(problem: engine.Problem, plan: engine.Plan, each: engine.PlannedClass) -> tuple[str, ...]:
    """The next best instructors for a class, as far as they are free beside the plan's other classes."""
    busy = defaultdict[str, set[int]](set)
    for other in plan.classes:
        if other is not each:
            busy[other.instructor_id].update(range(other.start, other.start + other.length))
    small = replace(
        problem,
        wishes=tuple(wish for wish in problem.wishes if wish.id in each.wish_ids),
        instructors=tuple(
            replace(one, slots=one.slots - busy[one.id]) for one in problem.instructors if each.topic in one.topics
        ),
        venues=tuple(venue for venue in problem.venues if venue.id == each.venue_id),
        forbidden=frozenset(pair for pair in problem.forbidden if pair[0] in each.wish_ids),
    )
    return tuple(other.instructor_id for other in engine.alternatives(small, each))
