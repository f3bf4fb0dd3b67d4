"""Two hundred people at once for thirty seats, through real threads and real commits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import an_activity
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.activities import service
from village_hub.activities.models import Activity, Enrolment
from village_hub.activities.service import enrolling, telling
from village_hub.kernel.db import Database
from village_hub.kernel.errors import Busy
from village_hub.kernel.ids import SystemIds

PEOPLE, SEATS = 200, 30


@pytest.fixture
def rush(own_database: Database) -> tuple[UUID, list[UUID]]:
    """An activity and everybody who wants a seat."""
    own_database.ids = SystemIds()
    with own_database.write_session() as session:
        village_id = a_village(session)
        activity_id = an_activity(session, village_id, a_manager(session, village_id).id, seats=SEATS)
        everybody = [a_resident(session, f"주민{number}").id for number in range(PEOPLE)]
    return activity_id, everybody


def test_exactly_as_many_as_there_are_seats_sit_and_the_rest_wait_in_one_strict_order(
    own_database: Database, rush: tuple[UUID, list[UUID]]
) -> None:
    activity_id, everybody = rush

    refused = all_at_once(own_database, activity_id, everybody)

    assert refused == []
    rows = enrolments(own_database, activity_id)
    seated = [row for row in rows if row.state == "seated"]
    assert sorted(row.seat_no for row in seated) == list(range(1, SEATS + 1))
    assert [row.place_in_line for row in rows] == list(range(1, PEOPLE + 1))
    assert [row.state for row in rows] == ["seated"] * SEATS + ["waiting"] * (PEOPLE - SEATS)


def test_control_without_the_lock_and_the_constraint_too_many_sit(
    own_database: Database, rush: tuple[UUID, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    activity_id, everybody = rush
    with own_database.engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX uq_enrolment_seat"))
    monkeypatch.setattr(telling, "locked", unlocked)
    places = count(1)
    monkeypatch.setattr(enrolling, "_next_place", lambda *_: next(places))
    if own_database.is_sqlite:
        monkeypatch.setattr(own_database, "write_session", lambda: late_writes(own_database))

    all_at_once(own_database, activity_id, everybody)

    rows = enrolments(own_database, activity_id)
    seats = [row.seat_no for row in rows if row.state == "seated"]
    assert len(seats) > SEATS or len(set(seats)) < len(seats)


def test_one_seat_is_never_given_to_two_even_by_hand(own_database: Database, rush: tuple[UUID, list[UUID]]) -> None:
    activity_id, (first, second, *_) = rush
    with own_database.write_session() as session:
        service.enrol(session, activity_id, first, now=own_database.clock.now())

    with pytest.raises(sa.exc.IntegrityError), own_database.write_session() as session:
        doubled = {"seat_no": 1, "place_in_line": 2, "state": "seated", "guest_no": 0}
        enrolled_at = own_database.clock.now()
        row = Enrolment(id=SystemIds().new(), activity_id=activity_id, person_id=second, enrolled_at=enrolled_at)
        for name, value in doubled.items():
            setattr(row, name, value)
        session.add(row)


def all_at_once(database: Database, activity_id: UUID, everybody: list[UUID]) -> list[BaseException]:
    """Everybody presses the button; returns what was refused after patient tries."""

    def press(person_id: UUID) -> BaseException | None:
        refused: BaseException | None = None
        for _ in range(20):
            try:
                with database.write_session() as session:
                    service.enrol(session, activity_id, person_id, now=database.clock.now())
            except Busy as busy:
                refused = busy
            except Exception as error:
                return error
            else:
                return None
        return refused

    with ThreadPoolExecutor(12) as crowd:
        return [refused for refused in crowd.map(press, everybody) if refused is not None]


def enrolments(database: Database, activity_id: UUID) -> list[Any]:
    query = sa.select(Enrolment.state, Enrolment.seat_no, Enrolment.place_in_line)
    with database.read_session() as session:
        return list(
            session.execute(query.where(Enrolment.activity_id == activity_id).order_by(Enrolment.place_in_line))
        )


def unlocked(session: Session, activity_id: UUID) -> Activity:
    return session.get_one(Activity, activity_id)


@contextmanager
def late_writes(database: Database) -> Iterator[Session]:
    """What a stock set-up does on SQLite: read first, take the write lock only when writing."""
    engine = sa.create_engine(database.url)
    with Session(engine) as session:
        database.equip(session)
        yield session
        for finish in session.info["before_commit"]:
            finish(session)
        session.commit()
    engine.dispose()
