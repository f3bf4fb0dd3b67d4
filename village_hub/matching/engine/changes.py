"""Carrying out the change that a `WhyNot` proposes."""

from __future__ import annotations

from dataclasses import replace

from village_hub.matching.engine.plan import Change, ChangeCode
from village_hub.matching.engine.problem import ANY_LEVEL, Instructor, Problem, Wish


def apply_change(problem: Problem, wish_id: str, change: Change) -> Problem:
    """The problem as it would be after the change, all else equal."""
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
            return replace(problem, instructors=(*problem.instructors, _newcomer(problem, wish_id, change)))
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


def _newcomer(problem: Problem, wish_id: str, change: Change) -> Instructor:
    wish = next(wish for wish in problem.wishes if wish.id == wish_id)
    return Instructor(
        id=f"newcomer for {change.subject}",
        topics={change.subject: frozenset({ANY_LEVEL})},
        slots=frozenset(range(change.start, change.start + problem.rules.length_slots)),
        point=next(venue.point for venue in problem.venues if venue.id == change.venue_id),
        radius_m=0.0,
        languages=wish.languages,
    )
