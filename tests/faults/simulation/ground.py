"""The small city that every history begins in, and the one connection that everything is rolled back on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.invitations import always_asking
from tests.factories.people import a_manager, a_resident
from tests.factories.places import LAT, LON, a_venue, settle
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from tests.factories.villages import a_member, a_village
from tests.faults.simulation import probes
from tests.faults.simulation.processes import MailAway, SimulatedDatabase
from tests.faults.simulation.seen import Reader
from tests.faults.soundness import unsound
from tests.services.postgres import keep_statements
from village_hub import doctor
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.ids import SeededIds
from village_hub.learning_requests import service as learning_requests
from village_hub.talents import service as talents
from village_hub.talents.service import Terms
from workers import relay, running

#: Monday, 23 November 2026, nine o'clock in Korea.
MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
#: Few hours of the week, so that a plan is found within milliseconds.
WEEKLY = ((2, 13 * 60, 16 * 60), (4, 13 * 60, 16 * 60))
TOPICS = ("스마트폰 사진", "하모니카")
RULES = {"length_minutes": 60, "start_step_minutes": 60, "lead_days": 1, "horizon_days": 7}


@dataclass(frozen=True)
class People:
    """Who lives there and what there is."""

    village: UUID
    venues: tuple[UUID, ...]
    topics: tuple[UUID, ...]
    residents: tuple[UUID, ...]
    volunteers: tuple[UUID, ...]
    manager: UUID
    names: dict[UUID, str]


def _held(*_: object) -> AbstractContextManager[None]:
    """A process that stands still gives no sign of life: nobody extends its leases."""
    return nullcontext()


class Failures(logging.Handler):
    """Collects why jobs failed: a mail server may be away, anything else is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[BaseException] = []
        self._log = logging.getLogger("workers.running")
        self._log.addHandler(self)
        self._log.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, MailAway):
            self.seen.append(error)

    def close(self) -> None:
        self._log.removeHandler(self)
        self._log.propagate = True
        super().close()


class Ground:
    """A migrated database, empty but for what is built on it."""

    def __init__(self, url: str, app: Flask) -> None:
        self.app, self.clock = app, SettableClock(MORNING)
        self.database = SimulatedDatabase(url, self.clock)
        self._engine, self._reading = self.database.engine, self.database.reading_engine
        keep_statements(self._engine)
        self.connection = self._engine.connect()
        self._outer = self.connection.begin()
        self.reader = Reader(self._engine, self.connection)
        self.database.engine = self.database.reading_engine = self.connection  # type: ignore[assignment]
        self.failures = Failures()
        stand_ins: list[tuple[object, str, object]] = [
            (running, "_held", _held), (running, "by_name", probes.by_name),
            (relay, "listeners", probes.listeners), (doctor, "broken", unsound),
        ]  # fmt: skip
        self._real = [(where, name, getattr(where, name)) for where, name, _ in stand_ins]
        for where, name, stand_in in stand_ins:
            setattr(where, name, stand_in)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever happens within is rolled back, the clock too."""
        moment, kept, savepoint = self.clock.moment, self.reader.look(), self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()
            self.clock.moment = moment
            self.reader.go_back(kept)
            self.failures.seen.clear()

    def swept(self) -> None:
        """Throw away what was rolled back so far: PostgreSQL keeps it, and looks through it at each reading."""
        if self.database.is_sqlite:
            return
        self._outer.rollback()
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
        self._outer = self.connection.begin()

    def people(self, *, asks_automatically: bool, at_once: int, minimum: int) -> People:
        """A village with five residents, three volunteers, a manager and two rooms; some have e-mail, some a phone."""
        self.database.ids = SeededIds(1)
        with self.database.write_session() as session:
            village = a_village(session, asks_automatically=asks_automatically)
            manager = a_manager(session, village, "박매니저", email="manager@village.example").id
            residents = tuple(_resident(session, village, number) for number in range(5))
            topics = tuple(a_topic(session, name) for name in TOPICS)
            volunteers = tuple(_volunteer(session, number, topics) for number in range(3))
            rules = RULES | always_asking(at_once) | {"minimum_group": minimum}
            learning_requests.set_rules(session, valid_from=self.clock.now().date() - timedelta(days=1), rules=rules)
            venues = tuple(a_venue(session, f"마을 {number}관") for number in (1, 2))
        named = {"resident": residents, "volunteer": volunteers, "topic": topics, "room": venues}
        names = {each: f"{kind} {number}" for kind, ids in named.items() for number, each in enumerate(ids, 1)}
        return People(village, venues, topics, residents, volunteers, manager, names | {manager: "the manager"})

    def close(self) -> None:
        """Leave the database as it was, and the workers' code too."""
        for where, name, real in self._real:
            setattr(where, name, real)
        self.failures.close()
        self._outer.rollback()
        self.connection.close()
        self.database.engine, self.database.reading_engine = self._engine, self._reading
        self.database.dispose()


def _resident(session: Session, village: UUID, number: int) -> UUID:
    contact = {"email": f"neighbour{number}@village.example"} if number < 4 else {}
    person = a_resident(session, f"이웃{number + 1}", **contact)
    settle(session, person.id)
    return a_member(session, village, person.id)


def _volunteer(session: Session, number: int, topics: tuple[UUID, ...]) -> UUID:
    """The first teaches both topics, the others one each."""
    person = a_volunteer(session, f"강사{number + 1}", topic_id=topics[number % 2], weekly=WEEKLY)
    if number == 0:
        terms, now = Terms(lon=LON, lat=LAT, cap_per_week=3), session.info["clock"].now()
        talents.offer(session, person.id, topics={topics[1]: ("beginner",)}, weekly=WEEKLY, terms=terms, now=now)
    return person.id
