"""Who wishes for what, and when: neighbours together and people alone, by season, day and hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from village_hub.demo.chance import Chance
from village_hub.demo.city import Neighbour, Village
from village_hub.demo.story import ZONE
from village_hub.simulation.draws import chance, poisson, share
from village_hub.simulation.rates import Rates
from village_hub.simulation.town import Town, topic_weights

#: The parts of the day in which people have time, in minutes.
PARTS = {"morning": (540, 720), "afternoon": (780, 1020), "evening": (1140, 1260)}
#: Neighbours who want the same say so within so many days.
TOGETHER = 2

Spans = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One wish: who, where, when, and on which terms."""

    at: datetime
    who: Neighbour
    village: Village
    topic: str
    level: str
    people: int
    weekly: tuple[tuple[int, int, int], ...]
    reach_m: int
    needs: tuple[str, ...]
    until: date


def arrivals(town: Town) -> list[Arrival]:
    """Every wish of the whole time, in the order of time."""
    found = [each for day in range(town.days) for each in _of_day(town, day)]
    return sorted((each for each in found if each.at < town.story.until), key=lambda each: (each.at, each.who.id))


def _of_day(town: Town, day: int) -> Iterator[Arrival]:
    """The circles that come together on a day, and those who wish alone."""
    rates, draw = town.rates, chance(town.seed, "day", day)
    today = town.moment(day, 0).astimezone(ZONE)
    usual = rates.wishes_per_day * rates.season[today.month - 1] * rates.weekday[today.weekday()]
    mean = rates.circle_share * sum(rates.circle_size) / 2 + 1 - rates.circle_share
    sizes = {each.name: len(each.neighbours) for each in town.city.villages if each.neighbours}
    for _ in range(poisson(draw, usual / mean)):
        name, topic = draw.weighted(sizes), draw.weighted(topic_weights())
        village = next(each for each in town.city.villages if each.name == name)
        number = draw.between(*rates.circle_size) if share(draw) < rates.circle_share else 1
        spans = _spans(draw, rates, 3)
        for who in draw.some(village.neighbours, number):
            yield _wish(town, draw, village, who, topic, spans, day + draw.between(0, TOGETHER if number > 1 else 0))


def _wish(town: Town, draw: Chance, village: Village, who: Neighbour, topic: str, spans: Spans, day: int) -> Arrival:
    rates = town.rates
    at = town.moment(day, 60 * int(draw.weighted(rates.hour)) + draw.between(0, 59))
    return Arrival(
        at=at,
        who=who,
        village=village,
        topic=topic,
        level=draw.weighted(rates.level),
        people=int(draw.weighted(rates.people)),
        weekly=tuple(sorted({*draw.some(spans, 2), *_spans(draw, rates, 1)})),
        reach_m=int(draw.weighted(rates.reach_m)),
        needs=("step_free",) if share(draw) < rates.step_free else (),
        until=at.astimezone(ZONE).date() + timedelta(days=draw.between(*rates.patience_days)),
    )


def _spans(draw: Chance, rates: Rates, number: int) -> Spans:
    """Parts of the week, Saturday mornings included."""
    found = set[tuple[int, int, int]]()
    while len(found) < number:
        part, weekday = draw.weighted(rates.part_of_day), draw.between(0, 5)
        found.add((weekday, *PARTS["morning" if weekday == 5 else part]))
    return sorted(found)
