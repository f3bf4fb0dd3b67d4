"""Whom a run puts first beyond the waiting: districts that few lectures have reached, and first-time learners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.learning_requests import queries as learning_requests
from village_hub.places import queries as places


@dataclass(frozen=True)
class LeftOut:
    """Where everybody lives who asks, which districts are unreached, and who has had a lecture before."""

    districts: Mapping[UUID, UUID]
    unreached: frozenset[UUID]
    served: frozenset[UUID]

    def priority(self, requester_id: UUID, weights: Mapping[str, float]) -> float:
        """In served people, on top of what each person of the wish counts for."""
        is_unreached = self.districts.get(requester_id) in self.unreached
        is_first = requester_id not in self.served
        return weights["unreached_district"] * is_unreached + weights["first_time"] * is_first


def left_out(session: Session, asking: Iterable[UUID], rules: learning_requests.Rules, now: datetime) -> LeftOut:
    """Who is left out today."""
    before = learning_requests.served(session)
    homes = places.homes(session, {*asking, *(each.requester_id for each in before)})
    districts = {person: home.district_id for person, home in homes.items()}
    city = places.municipality(session)
    population = {each.id: each.population for each in places.districts(session, city.id) if each.population}
    recent = [each for each in before if each.opened_at >= now - timedelta(days=rules.unreached["days"])]
    reached = ((districts.get(each.requester_id), each.people) for each in recent)
    unreached = unreached_districts(reached, population, rules.unreached["share"])
    return LeftOut(districts, unreached, frozenset(each.requester_id for each in before))


def unreached_districts(
    served: Iterable[tuple[UUID | None, int]], population: Mapping[UUID, int], share: float
) -> frozenset[UUID]:
    """Districts with less than `share` of the served people that their residents would have in an even city.

    Before anybody was served no district is behind another; one that nobody has counted is never behind.
    """
    people: Counter[UUID] = Counter()
    for district, number in served:
        if district is not None and district in population:
            people[district] += number
    total, residents = people.total(), sum(population.values())
    if not total:
        return frozenset()
    return frozenset(each for each, living in population.items() if people[each] < share * living * total / residents)
