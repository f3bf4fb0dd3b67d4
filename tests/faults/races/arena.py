"""Where pairs of people clash: a city that several races share, each with people, rooms and days of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.invitations import always_asking
from tests.factories.people import a_manager, a_resident
from tests.factories.talents import a_volunteer
from tests.faults.races.crowd import Device
from tests.faults.races.groups import a_group
from tests.faults.races.webs import Webs
from tests.journeys.city import ALWAYS, City
from village_hub.doctor import INVARIANTS
from village_hub.invitations import service as invitations
from village_hub.kernel.invariant import broken
from village_hub.learning_requests import service as learning_requests

DAYS = count(3)


@dataclass(frozen=True)
class Arena:
    """The city, its web processes, and a second learning manager."""

    city: City
    webs: Webs
    managers: Sequence[UUID]

    def devices(self, *everybody: UUID) -> list[Device]:
        """A browser for each of these people, on the web processes in turn."""
        ports = self.webs.ports
        return [Device(ports[place % len(ports)], self.city.token(each)) for place, each in enumerate(everybody)]

    def broken_invariants(self) -> list[str]:
        """What the doctor finds."""
        database = self.city.database
        with database.read_session() as session:
            now = database.clock.now()
            return [
                f"{each.invariant.name} ({each.count}): {each.named}" for each in broken(session, INVARIANTS, now=now)
            ]

    @property
    def board(self) -> str:
        return f"/villages/{self.city.village}/board"


def opened(city: City, webs: Webs) -> Arena:
    """Two instructors are asked at a time, so that two can answer at the same moment."""
    with city.database.write_session() as session:
        today = city.database.clock.now().date()
        learning_requests.set_rules(session, valid_from=today.replace(day=1), rules=always_asking(2))
        second = a_manager(session, city.village, "나매니저").id
    return Arena(city, webs, (city.manager, second))


def residents(session: Session, number: int) -> list[UUID]:
    """People whom nobody else knows."""
    return [a_resident(session, f"이웃{each}").id for each in range(number)]


def volunteers(session: Session, number: int) -> list[UUID]:
    """People who can teach, whom nobody else asks."""
    return [a_volunteer(session, f"나눔{each}", weekly=ALWAYS).id for each in range(number)]


def a_free_day(session: Session) -> datetime:
    """Ten o'clock in Korea of a day on which nothing is going on yet."""
    now: datetime = session.info["clock"].now()
    return now.replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=next(DAYS))


def asked(session: Session, instructors: Sequence[UUID], venue_id: UUID, starts_at: datetime) -> Iterator[UUID]:
    """The open questions to these instructors about one group."""
    proposal = a_group(session, instructors, venue_id, starts_at)
    yield from invitations.invite(session, proposal, now=session.info["clock"].now())
