"""Carrying out the change that a `WhyNot` proposes."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from village_hub.matching.engine.plan import Change, ChangeCode
from village_hub.matching.engine.problem import ANY_LEVEL, Instructor, Problem, Wish


def apply_change(problem: Problem, wish_id: str, change: Change) -> Problem:
    """The problem as it would be after the change, all else equal."""
    if change.people:
        company = replace(change, code=ChangeCode.MORE_PEOPLE, amount=change.people, people=0)
        problem = apply_change(problem, wish_id, company)
    match change.code:
        case ChangeCode.ONE_MORE_SESSION:
            return replace(
                problem,
                instructors=tuple(
                    replace(one, cap_per_week=one.cap_per_week + change.amount) if one.id == change.subject else one
                    for one in problem.instructors
                ),
            )
        case ChangeCode.VENUE_FEATURE:
            return replace(
                problem,
                venues=tuple(
                    replace(venue, features=venue.features | set(change.subject.split("+")))
                    if venue.id == change.venue_id
                    else venue
                    for venue in problem.venues
                ),
            )
        case ChangeCode.INSTRUCTOR_FOR_TOPIC:
            wish = next(wish for wish in problem.wishes if wish.id == wish_id)
            joins = newcomer(problem, wish, change.subject, change.venue_id, change.start)
            return replace(problem, instructors=(*problem.instructors, joins))
        case _:
            return replace(
                problem,
                wishes=tuple(
                    _changed(wish, change, problem.rules.length_slots) if wish.id == wish_id else wish
                    for wish in problem.wishes
                ),
            )


def _changed(wish: Wish, change: Change, length: int) -> Wish:
    match change.code:
        case ChangeCode.OTHER_HOUR:
            return replace(wish, slots=wish.slots | set(range(change.start, change.start + length)))
        case ChangeCode.FURTHER:
            return replace(wish, reach_m=wish.reach_m + change.amount)
        case ChangeCode.MORE_PEOPLE:
            return replace(wish, people=wish.people + change.amount)
        case _:
            return replace(wish, languages=wish.languages | {change.subject})


def newcomer(problem: Problem, wish: Wish, topic: str, venue_id: str, start: int) -> Instructor:
    """Somebody who would teach just there and then, in the languages of the wish."""
    known = {one.id for one in problem.instructors}
    names = (f"newcomer {number} for {topic}" for number in count(1))
    return Instructor(
        id=next(name for name in names if name not in known),
        topics={topic: frozenset({ANY_LEVEL})},
        slots=frozenset(range(start, start + problem.rules.length_slots)),
        point=next(venue.point for venue in problem.venues if venue.id == venue_id),
        radius_m=0.0,
        languages=wish.languages,
    )
