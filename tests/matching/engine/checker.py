"""Hard rules and values once more, in plain Python and from the problem alone, to judge the engine by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import dist
from typing import TypeVar

from village_hub.matching.engine import Instructor, KeptClass, PlannedClass, Problem, Venue, Wish

Class = PlannedClass | KeptClass
Named = TypeVar("Named", Instructor, Venue)


def broken_rules(problem: Problem, classes: Sequence[Class]) -> list[str]:
    """Every hard rule that these classes break, by name."""
    kept = {one.wish_ids for one in problem.kept}
    broken = [fault for one in classes if one.wish_ids not in kept for fault in faults_of(problem, one)]
    length = problem.rules.length_slots
    taught = Counter((one.instructor_id, one.start + step) for one in classes for step in range(length))
    rooms = Counter((one.venue_id, one.start + step) for one in classes for step in range(length))
    served = Counter(wish for one in classes for wish in one.wish_ids)
    broken += [f"instructor {key} twice" for key, count in taught.items() if count > 1]
    broken += [f"venue {key} twice" for key, count in rooms.items() if count > 1]
    broken += [f"wish {key} twice" for key, count in served.items() if count > 1]
    broken += _late(problem, classes)
    weeks = Counter((one.instructor_id, one.start // problem.rules.slots_per_week) for one in classes)
    for instructor in problem.instructors:
        for (name, week), count in weeks.items():
            if name == instructor.id and count + instructor.taken_per_week.get(week, 0) > instructor.cap_per_week:
                broken.append(f"cap of {name} in week {week}")
    return broken


def _late(problem: Problem, classes: Sequence[Class]) -> list[str]:
    """Classes of one instructor that leave too little time for the way from one venue to the other."""
    speed, length = problem.rules.travel_m_per_minute, problem.rules.length_slots
    if not speed:
        return []
    broken = []
    for one, other in combinations(sorted(classes, key=lambda each: each.start), 2):
        if one.instructor_id == other.instructor_id and one.venue_id != other.venue_id:
            way = dist(_named(problem.venues, one.venue_id).point, _named(problem.venues, other.venue_id).point)
            if (other.start - one.start - length) * 30 < way / speed - 1e-6:
                broken.append(f"{one.instructor_id} late at {other.venue_id}")
    return broken


def faults_of(problem: Problem, one: Class) -> list[str]:
    """Hard rules that a class breaks on its own."""
    rules = problem.rules
    wishes = [wish for wish in problem.wishes if wish.id in one.wish_ids]
    instructor, venue = _named(problem.instructors, one.instructor_id), _named(problem.venues, one.venue_id)
    hours = set(range(one.start, one.start + rules.length_slots))
    people = sum(wish.people for wish in wishes)
    levels = instructor.topics.get(one.topic, frozenset())
    holds = {
        "minimum": people >= max(rules.minimum_group, instructor.group_min),
        "maximum": people <= min(rules.maximum_group, instructor.group_max, venue.capacity),
        "start step": one.start % rules.start_step_slots == 0,
        "instructor free": hours <= instructor.slots and not instructor.paused,
        "venue open": hours <= venue.slots,
        "radius": dist(instructor.point, venue.point) <= instructor.radius_m,
        "teaches": one.level in levels or 0 in levels or (one.level == 0 and bool(levels)),
        "instructor's language": one.language in instructor.languages,
        "one circle": len({wish.only_with for wish in wishes}) <= 1,
    }
    for wish in wishes:
        apart = abs(wish.level - one.level) if wish.level and one.level else 0
        holds |= {
            f"{wish.id}: topic": wish.topic == one.topic,
            f"{wish.id}: level": apart <= rules.level_tolerance,
            f"{wish.id}: free": hours <= wish.slots,
            f"{wish.id}: place": _reaches(wish, venue),
            f"{wish.id}: language": one.language in wish.languages,
            f"{wish.id}: access": wish.needs <= venue.features,
            f"{wish.id}: allowed": (wish.id, instructor.id) not in problem.forbidden,
        }
    return [name for name, kept in holds.items() if not kept]


def value_of(problem: Problem, classes: Sequence[Class]) -> float:
    """The value of a plan as the docstring of `Weights` states it."""
    weights, total = problem.rules.weights, 0.0
    for one in classes:
        venue = _named(problem.venues, one.venue_id)
        total -= weights.class_cost
        way = dist(_named(problem.instructors, one.instructor_id).point, venue.point)
        total -= weights.travel_per_km * 2 * way / 1000
        for wish in (wish for wish in problem.wishes if wish.id in one.wish_ids):
            waited = min(wish.waiting_days, weights.waiting_full_days) / weights.waiting_full_days
            apart = abs(wish.level - one.level) if wish.level and one.level else 0
            walking = weights.walking * dist(wish.point, venue.point) / max(wish.reach_m, 1.0)
            ahead = weights.served + weights.waiting * waited + weights.priority * wish.priority
            late = weights.later_per_day * one.start * 7 / problem.rules.slots_per_week
            total += wish.people * (ahead - walking - weights.level_step * apart - late)
    for name, count in Counter(one.instructor_id for one in classes).items():
        before = sum(_named(problem.instructors, name).taken_per_week.values())
        total -= weights.load * sum(before + step for step in range(count))
    return total


def best_value(problem: Problem) -> float:
    """The optimum by trying everything; only for a handful of wishes and slots, without kept classes."""
    options = [one for one in _every_class(problem) if not faults_of(problem, one)]
    return _best(problem, options, [], sorted(wish.id for wish in problem.wishes))


def _best(problem: Problem, options: list[KeptClass], chosen: list[KeptClass], wishes: list[str]) -> float:
    if not wishes:
        return value_of(problem, chosen)
    first, rest = wishes[0], wishes[1:]
    best = _best(problem, options, chosen, rest)
    for one in options:
        others = set(one.wish_ids) - {first}
        if first in one.wish_ids and others <= set(rest) and not broken_rules(problem, [*chosen, one]):
            best = max(best, _best(problem, options, [*chosen, one], [wish for wish in rest if wish not in others]))
    return best


def _every_class(problem: Problem) -> Iterator[KeptClass]:
    starts = sorted({slot for wish in problem.wishes for slot in wish.slots})
    for topic in sorted({wish.topic for wish in problem.wishes}):
        names = sorted(wish.id for wish in problem.wishes if wish.topic == topic)
        groups = [group for size in range(1, len(names) + 1) for group in combinations(names, size)]
        for instructor in (one for one in problem.instructors if topic in one.topics):
            wished = {wish.level for wish in problem.wishes if wish.topic == topic} - {0}
            halfway = set(range(min(wished), max(wished) + 1)) if wished else set()
            levels = (instructor.topics[topic] | halfway) - {0} or {0}
            for venue in problem.venues:
                for group in groups:
                    for level in sorted(levels):
                        for language in sorted(instructor.languages):
                            for start in starts:
                                yield KeptClass(
                                    topic=topic, level=level, language=language, wish_ids=group,
                                    instructor_id=instructor.id, venue_id=venue.id, start=start,
                                )  # fmt: skip


def _reaches(wish: Wish, venue: Venue) -> bool:
    if wish.venue is not None:
        return wish.venue == venue.id
    return not venue.private and dist(wish.point, venue.point) <= wish.reach_m


def _named(all_of: Sequence[Named], name: str) -> Named:
    return next(one for one in all_of if one.id == name)
