"""People join as residents, and are one person by e-mail, phone and card."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.people import PASSWORD, a_resident
from village_hub.kernel.db import Database
from village_hub.kernel.errors import DomainError
from village_hub.kernel.events import RecordedEvent
from village_hub.people import queries, service
from village_hub.people.errors import (
    CardNumberTaken,
    CardNumberUnreadable,
    ContactTaken,
    ContactUnreadable,
    NameMissing,
)
from village_hub.people.models import Person


def test_a_person_joins_as_a_resident(session: Session) -> None:
    # when
    person = a_resident(session, "김복순")

    # then
    assert (person.name, person.locale) == ("김복순", "ko")
    assert [role.kind for role in person.roles] == ["resident"]
    facts = session.scalars(select(RecordedEvent.type).where(RecordedEvent.stream == f"person:{person.id}")).all()
    assert set(facts) == {"person.registered", "role.granted"}


def test_a_phone_number_is_kept_sealed_and_found_in_any_spelling(session: Session) -> None:
    # given
    person = a_resident(session, phone="010-1234-5678")

    # when
    found = service.recognise(session, "+82 10 1234 5678", PASSWORD)

    # then
    assert found == person.id
    row = session.execute(text("SELECT * FROM person")).mappings().one()
    assert not any("1234" in str(value) and "5678" in str(value) for key, value in row.items() if key != "id")
    assert queries.contacts(session, [person.id])[person.id].phone == "01012345678"


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        ({"email": "bok@village.kr"}, {"email": "BOK@village.kr "}, ContactTaken),
        ({"phone": "010-1234-5678"}, {"phone": "+82 10 1234 5678"}, ContactTaken),
        ({"card_number": "HN-001"}, {"card_number": "hn-0 01"}, CardNumberTaken),
    ],
)
def test_each_contact_belongs_to_one_person(
    session: Session, first: dict[str, str], second: dict[str, str], refusal: type[DomainError]
) -> None:
    a_resident(session, "김복순", **first)

    with pytest.raises(refusal):
        a_resident(session, "이영희", **second)

    assert len(session.scalars(select(Person.id)).all()) == 1


@pytest.mark.parametrize(
    ("name", "contact", "refusal"),
    [
        ("  ", {}, NameMissing),
        ("김복순", {"email": "bok"}, ContactUnreadable),
        ("김복순", {"phone": "12"}, ContactUnreadable),
        ("김복순", {"card_number": "010-1234-5678"}, CardNumberUnreadable),
        ("김복순", {"card_number": "bok@village.kr"}, CardNumberUnreadable),
    ],
)
def test_what_cannot_be_read_is_refused(
    session: Session, name: str, contact: dict[str, str], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        a_resident(session, name, **contact)


def test_of_many_who_take_one_address_at_once_one_gets_it(own_database: Database) -> None:
    # given
    def join(number: int) -> bool:
        try:
            with own_database.write_session() as session:
                service.register(session, name=f"이웃 {number}", email="same@village.kr", now=own_database.clock.now())
            return True
        except ContactTaken:
            return False

    # when
    with ThreadPoolExecutor(8) as pool:
        joined = list(pool.map(join, range(8)))

    # then
    assert sum(joined) == 1


def test_without_the_constraint_the_same_address_is_taken_twice(own_database: Database) -> None:
    """The control: the database, not the code's look before, is what keeps an address one person's."""
    # given
    with own_database.write_session() as session:
        if own_database.is_sqlite:
            session.execute(text("CREATE TABLE plain AS SELECT * FROM person"))
            session.execute(text("DROP TABLE person"))
            session.execute(text("ALTER TABLE plain RENAME TO person"))
            session.execute(text("CREATE UNIQUE INDEX person_by_id ON person (id)"))
        else:
            session.execute(text("ALTER TABLE person DROP CONSTRAINT uq_person_email"))

    # when
    with own_database.write_session() as session:
        for name in ("김복순", "이영희"):
            service.register(session, name=name, email="same@village.kr", now=own_database.clock.now())
        people = session.scalars(select(Person.name)).all()

    # then
    assert len(people) == 2


@pytest.mark.parametrize("is_locked", [True, False])
def test_one_identity_that_comes_twice_at_once_is_one_person(
    own_database: Database, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """The control takes the lock away: then the constraint throws one of them out; on SQLite one writer is the lock."""
    # given
    if not is_locked:
        monkeypatch.setattr(service, "_lock_identity", lambda *_: None)

    def come(_: int) -> UUID | None:
        try:
            with own_database.write_session() as session:
                now = own_database.clock.now()
                found = service.register_identity(session, "https://id.example", "bok", name="김복순", now=now)
                if not own_database.is_sqlite:
                    session.execute(select(func.pg_sleep(0.05)))
                return found
        except IntegrityError:
            return None

    # when
    with ThreadPoolExecutor(4) as pool:
        came = set(pool.map(come, range(4)))

    # then
    assert len(came - {None}) == 1
    assert (None in came) == (not is_locked and not own_database.is_sqlite)
