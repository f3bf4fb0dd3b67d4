"""A small city for journeys: one village with its people, two rooms, two volunteers who teach the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.clubs import a_club
from tests.factories.people import a_manager, a_resident, a_staff_member, an_operator
from tests.factories.places import a_venue, settle
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from tests.factories.villages import a_member, a_village
from village_hub.kernel.db import Database
from village_hub.people import service as people

#: All day on every day of the week.
ALWAYS = tuple((weekday, 9 * 60, 21 * 60) for weekday in range(7))
NEIGHBOURS = ("김복순", "박영수", "최말자", "정동길", "한미경", "오세훈")


@dataclass(frozen=True)
class City:
    """Who lives there and what there is."""

    database: Database
    village: UUID
    club: UUID
    venues: tuple[UUID, ...]
    topic: UUID
    resident: UUID
    neighbours: tuple[UUID, ...]
    volunteers: tuple[UUID, ...]
    manager: UUID
    staff: UUID
    operator: UUID

    def token(self, person_id: UUID) -> str:
        """The secret of a fresh sign-in of this person."""
        with self.database.write_session() as session:
            return people.open_sign_in(session, person_id, now=self.database.clock.now(), device="journey")


def build(database: Database) -> City:
    """Found the city in an empty database."""
    with database.write_session() as session:
        village = a_village(session)
        manager = a_manager(session, village, "박매니저", email="manager@village.example").id
        residents = [_settled(session, village, name) for name in NEIGHBOURS]
        return City(
            database=database,
            village=village,
            club=a_club(session, village, residents[1]),
            venues=(a_venue(session), a_venue(session, "미사 작은도서관", "모임방", capacity=12)),
            topic=a_topic(session),
            resident=residents[0],
            neighbours=tuple(residents[1:]),
            volunteers=tuple(a_volunteer(session, name, weekly=ALWAYS).id for name in ("이재능", "강나눔")),
            manager=manager,
            staff=a_staff_member(session).id,
            operator=an_operator(session).id,
        )


def _settled(session: Session, village: UUID, name: str) -> UUID:
    number = NEIGHBOURS.index(name)
    person = a_resident(session, name, email=f"neighbour{number}@village.example")
    settle(session, person.id)
    return a_member(session, village, person.id)
