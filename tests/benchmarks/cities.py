"""Clustered cities to match: villages of different sizes, a few topics that many want, habits of the week."""

from __future__ import annotations

from itertools import accumulate
from random import Random

from village_hub.matching.engine import Instructor, Point, Problem, Venue, Wish

DAY, WEEK, WEEKS = 48, 336, 4
TOPICS = 40
PEOPLE = {1: 50, 2: 28, 3: 10, 4: 6, 5: 3, 6: 3}
#: Half hours at which mornings, afternoons and evenings begin, and how many ask for each on weekdays and weekends.
BEGINS, WEEKDAY, WEEKEND = (19, 27, 37), (3, 5, 12), (12, 12, 6)
KOREAN = frozenset({"ko"})
LIFT = frozenset({"lift"})


def a_city(wishes: int, instructors: int, venues: int, *, span_km: float, seed: int) -> Problem:
    """A city of `span_km` × `span_km` under the usual rules, with four weeks of half hours; the seed decides all."""
    return _City(span_km * 1000, Random(seed)).problem(wishes, instructors, venues)


class _City:
    def __init__(self, span_m: float, chance: Random) -> None:
        self.chance, self.span = chance, span_m
        self.villages = [self._anywhere() for _ in range(max(4, round((span_m / 2000) ** 2)))]
        self.sizes = list(accumulate(chance.gammavariate(2, 1) for _ in self.villages))
        self.topics = list(accumulate(1 / (rank + 1) ** 0.9 for rank in range(TOPICS)))

    def problem(self, wishes: int, instructors: int, venues: int) -> Problem:
        return Problem(
            wishes=tuple(self._wish(f"wish {number}") for number in range(wishes)),
            instructors=tuple(self._instructor(f"instructor {number}") for number in range(instructors)),
            venues=tuple(self._venue(f"venue {number}") for number in range(venues)),
        )

    def _wish(self, name: str) -> Wish:
        chance = self.chance
        weeks = [week for week in range(WEEKS) if chance.random() < 0.65] or [chance.randrange(WEEKS)]
        return Wish(
            id=name,
            topic=self._topic(),
            level=chance.choice([0, 0, 0, 1, 1, 2, 3]),
            people=chance.choices(list(PEOPLE), list(PEOPLE.values()))[0],
            point=self._home(500),
            reach_m=chance.uniform(1000, 4000),
            slots=self._habits(chance.randint(1, 4), range(4, 7), weeks),
            languages=chance.choices([KOREAN, frozenset({"ko", "vi"}), frozenset({"vi"})], [90, 7, 3])[0],
            needs=LIFT if chance.random() < 0.1 else frozenset(),
            waiting_days=chance.randrange(91),
            priority=1.0 if chance.random() < 0.1 else 0.0,
        )

    def _instructor(self, name: str) -> Instructor:
        chance = self.chance
        levels = [frozenset({0}), frozenset({1}), frozenset({1, 2}), frozenset({2, 3})]
        return Instructor(
            id=name,
            topics={self._topic(): chance.choice(levels) for _ in range(chance.randint(1, 3))},
            slots=self._habits(chance.randint(3, 8), range(5, 9), range(WEEKS)),
            point=self._home(700) if chance.random() < 0.5 else self._anywhere(),
            radius_m=chance.uniform(3000, 15000),
            cap_per_week=chance.randint(1, 3),
            taken_per_week={chance.randrange(WEEKS): 1} if chance.random() < 0.2 else {},
            languages=frozenset({"ko", "vi"}) if chance.random() < 0.1 else KOREAN,
            group_min=chance.choice([1, 1, 5, 6]),
            group_max=chance.choice([8, 12, 15, 20, 30]),
        )

    def _venue(self, name: str) -> Venue:
        chance = self.chance
        return Venue(
            id=name,
            point=self._home(500),
            slots=self._habits(chance.randint(5, 14), range(6, 13), range(WEEKS)),
            capacity=chance.randint(8, 40),
            features=LIFT if chance.random() < 0.6 else frozenset(),
        )

    def _topic(self) -> str:
        return f"topic {self.chance.choices(range(TOPICS), cum_weights=self.topics)[0]}"

    def _anywhere(self) -> Point:
        return self.chance.uniform(0, self.span), self.chance.uniform(0, self.span)

    def _home(self, spread_m: float) -> Point:
        east, north = self.chance.choices(self.villages, cum_weights=self.sizes)[0]
        return self.chance.gauss(east, spread_m), self.chance.gauss(north, spread_m)

    def _habits(self, count: int, lengths: range, weeks: list[int] | range) -> frozenset[int]:
        spans = [self._span(lengths) for _ in range(count)]
        return frozenset(week * WEEK + slot for week in weeks for span in spans for slot in span)

    def _span(self, lengths: range) -> range:
        day = self.chance.randrange(7)
        begin = self.chance.choices(BEGINS, WEEKDAY if day < 5 else WEEKEND)[0] + self.chance.randrange(3)
        return range(day * DAY + begin, day * DAY + min(DAY, begin + self.chance.choice(lengths)))
