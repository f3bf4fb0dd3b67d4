"""What a careful coordinator does by hand: one wish after another, the nearest place first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from math import dist

from tests.matching.engine.checker import value_of
from village_hub.matching.engine import Instructor, KeptClass, Problem, Venue, Wish

LEVELS = (1, 2, 3)


def nearest_first(problem: Problem, *, is_careful: bool = True) -> list[KeptClass]:
    """Whoever waits longest comes first, joins the nearest class with room or opens one at the nearest venue.

    A class is opened at the hour that suits most who are still unserved, or, by somebody less careful, at the first at
    which enough could come. The nearest of them join, the nearest free instructor teaches it, and it is worth more than
    nothing. Own places, closed circles and pairs that must not meet
    are left to the engine: a problem with any is refused.
    """
    if problem.forbidden or problem.kept or any(wish.venue or wish.only_with for wish in problem.wishes):
        raise ValueError("nearest first knows no own places, circles, forbidden pairs or kept classes")
    return _Coordinator(problem, is_careful).classes()


class _Coordinator:
    def __init__(self, problem: Problem, is_careful: bool) -> None:
        self.problem, self.rules, self.is_careful = problem, problem.rules, is_careful
        self.starts = {each.id: self._starts(each.slots) for each in problem.wishes}
        self.teaching = {one.id: self._starts(one.slots) for one in problem.instructors if not one.paused}
        self.rooms = {venue.id: self._starts(venue.slots) for venue in problem.venues if not venue.private}
        self.taught = Counter(
            {(one.id, week): taken for one in problem.instructors for week, taken in one.taken_per_week.items()}
        )
        self.near = {wish.id: self._venues(wish) for wish in problem.wishes}
        self.company: dict[tuple[str, str], list[Wish]] = {}
        for wish in problem.wishes:
            for venue in self.near[wish.id]:
                self.company.setdefault((wish.topic, venue.id), []).append(wish)
        self.served: set[str] = set()
        self.held: list[tuple[KeptClass, Venue, int, int]] = []  # with its people and how many there may be

    def classes(self) -> list[KeptClass]:
        for wish in sorted(self.problem.wishes, key=lambda one: (-one.priority, -one.waiting_days, one.id)):
            if wish.id not in self.served and not self._joined(wish):
                self._open(wish)
        return [one for one, *_ in self.held]

    def _joined(self, wish: Wish) -> bool:
        place = {venue.id: rank for rank, venue in enumerate(self.near[wish.id])}
        for number in sorted(range(len(self.held)), key=lambda each: place.get(self.held[each][1].id, len(place))):
            held, venue, people, most = self.held[number]
            if venue.id not in place:
                return False
            suits = held.topic == wish.topic and held.start in self.starts[wish.id]
            if suits and self._fits(wish, held.level, held.language) and people + wish.people <= most:
                joined = replace(held, wish_ids=(*held.wish_ids, wish.id))
                self.held[number] = (joined, venue, people + wish.people, most)
                self.served.add(wish.id)
                return True
        return False

    def _open(self, wish: Wish) -> None:
        language = "ko" if "ko" in wish.languages else min(wish.languages)
        for venue in self.near[wish.id]:
            for start, level in self._hours(wish, venue, language):
                for one in self._instructors(wish.topic, level, language, venue, start):
                    if self._held(wish, venue, level, language, start, one):
                        return

    def _hours(self, wish: Wish, venue: Venue, language: str) -> list[tuple[int, int]]:
        """Starts and levels at which enough could come, those that suit most people first, or the earliest."""
        people = Counter[tuple[int, int]]()
        possible = self.starts[wish.id] & self.rooms[venue.id]
        levels = [level for level in LEVELS if self._fits(wish, level, language)]
        for other in self.company[wish.topic, venue.id] if possible else []:
            common = possible & self.starts[other.id]
            if common and other.id not in self.served:
                fitting = [level for level in levels if self._fits(other, level, language)]
                people.update({(start, level): other.people for start in common for level in fitting})
        enough = [hour for hour, count in people.items() if count >= self.rules.minimum_group]
        return sorted(enough, key=lambda hour: (-people[hour] if self.is_careful else 0, hour))

    def _instructors(self, topic: str, level: int, language: str, venue: Venue, start: int) -> Iterator[Instructor]:
        week = self.rules.week_of(start)
        able = [
            one
            for one in self.problem.instructors
            if not {0, level}.isdisjoint(one.topics.get(topic, ()))
            and language in one.languages
            and start in self.teaching.get(one.id, ())
            and self.taught[one.id, week] < one.cap_per_week
            and dist(one.point, venue.point) <= one.radius_m
        ]
        yield from sorted(able, key=lambda one: (dist(one.point, venue.point), one.id))

    def _held(self, wish: Wish, venue: Venue, level: int, language: str, start: int, one: Instructor) -> bool:
        most = min(self.rules.maximum_group, one.group_max, venue.capacity)
        people, group = wish.people, [wish.id]
        others = [
            each
            for each in self.company[wish.topic, venue.id]
            if each.id not in self.served and each is not wish and start in self.starts[each.id]
        ]
        for each in sorted(others, key=lambda other: (dist(other.point, venue.point), other.id)):
            if self._fits(each, level, language) and people + each.people <= most:
                people, group = people + each.people, [*group, each.id]
        held = KeptClass(
            topic=wish.topic, level=level, language=language, wish_ids=tuple(group),
            instructor_id=one.id, venue_id=venue.id, start=start,
        )  # fmt: skip
        enough = max(self.rules.minimum_group, one.group_min)
        if not enough <= people <= most or value_of(self.problem, [held]) <= 0:
            return False
        around = set(range(start - self.rules.length_slots + 1, start + self.rules.length_slots))
        self.teaching[one.id] -= around
        self.rooms[venue.id] -= around
        self.taught[one.id, self.rules.week_of(start)] += 1
        self.served.update(group)
        self.held.append((held, venue, people, most))
        return True

    def _fits(self, wish: Wish, level: int, language: str) -> bool:
        near_enough = not wish.level or abs(wish.level - level) <= self.rules.level_tolerance
        return near_enough and language in wish.languages

    def _venues(self, wish: Wish) -> list[Venue]:
        """Where the wish could go, the nearest first."""
        reached = [
            venue
            for venue in self.problem.venues
            if not venue.private and wish.needs <= venue.features and dist(wish.point, venue.point) <= wish.reach_m
        ]
        return sorted(reached, key=lambda venue: (dist(wish.point, venue.point), venue.id))

    def _starts(self, slots: frozenset[int]) -> frozenset[int]:
        step, length = self.rules.start_step_slots, self.rules.length_slots
        return frozenset(
            slot for slot in slots if slot % step == 0 and all(slot + later in slots for later in range(1, length))
        )
