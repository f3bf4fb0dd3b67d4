from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.factories.people import a_resident
from tests.factories.places import a_venue
from village_hub.kernel.db import Database
from village_hub.schedules import service
from village_hub.schedules.errors import VenueTaken

TWO = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)


@pytest.fixture
def people(own_database: Database) -> tuple[UUID, UUID]:
    with own_database.write_session() as session:
        return a_resident(session, "김복순").id, a_resident(session, "이순자").id


@pytest.fixture
def venue(own_database: Database) -> UUID:
    with own_database.write_session() as session:
        return a_venue(session)


def test_of_two_transactions_that_want_one_venue_one_gets_it(
    own_database: Database, people: tuple[UUID, UUID], venue: UUID
) -> None:
    outcomes = at_once(own_database, people, venue)

    assert sorted(outcomes) == ["held", "taken"]


def test_control_without_the_key_both_would_get_it(
    own_database: Database, people: tuple[UUID, UUID], venue: UUID
) -> None:
    with own_database.engine.begin() as connection:
        connection.execute(text("DROP TABLE venue_slot"))
        kind = "CHAR(32)" if own_database.is_sqlite else "UUID"
        connection.execute(text(f"CREATE TABLE venue_slot (venue_id {kind}, slot INTEGER, hold_id {kind})"))

    outcomes = at_once(own_database, people, venue)

    assert outcomes == ["held", "held"]


def at_once(database: Database, people: tuple[UUID, UUID], venue: UUID) -> list[str]:
    """What two people get who ask for the same venue at the same moment, an hour apart and overlapping."""
    ready = Barrier(2)

    def ask(person: UUID, starts_at: datetime) -> str:
        ready.wait()
        try:
            with database.write_session() as session:
                ends_at = starts_at + timedelta(hours=2)
                service.hold(
                    session, person_id=person, venue_id=venue, starts_at=starts_at, ends_at=ends_at, why="race", now=TWO
                )
        except VenueTaken:
            return "taken"
        return "held"

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(ask, people, (TWO, TWO + timedelta(hours=1))))
