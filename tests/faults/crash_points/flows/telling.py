"""Letters leave, and pages hear what is new."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.notifications import a_notice
from tests.factories.people import a_resident
from tests.faults.crash_points.flow import flow
from tests.faults.crash_points.stage import Stage
from tests.journeys.city import City
from village_hub.kernel.db import Database
from village_hub.notifications import service as notifications


def write_to(database: Database, people: list[UUID]) -> None:
    """Everybody is told the same, once."""
    with database.write_session() as session:
        for each in people:
            notifications.notify(
                session, each, key="news", text="News.", figures={}, link="/inbox", now=database.clock.now()
            )


def all_kinds_of_people(session: Session, city: City) -> list[UUID]:
    """A letter to the first arrives, one is refused, one needs a second try, and of one nobody knows."""
    names = ("taken", "refused", "later", "lost")
    return [a_resident(session, name, email=f"{name}@village.example").id for name in names]


@flow(given=all_kinds_of_people, mailer_is_idempotent=False)
def send_letters_by_smtp(stage: Stage) -> None:
    stage.call(write_to, stage.given)
    stage.work()


@flow()
def send_a_letter_whose_key_the_mailer_knows(stage: Stage) -> None:
    stage.call(write_to, [stage.city.resident])
    stage.work()


def news(session: Session, city: City) -> None:
    """Three messages in the inbox, which each have a signal."""
    for number in range(3):
        a_notice(session, city.resident, f"news {number}", mail=False)


@flow(given=news)
def hear_of_news(stage: Stage) -> None:
    """Every signal reaches a page that is cut off and comes back, once and in order."""
    resident = stage.city.resident
    stage.press(resident, "/inbox", "/inbox/reading")
    stage.listen(resident, f"person:{resident}", f"village:{stage.city.village}")
