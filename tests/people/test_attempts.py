"""Tries are counted in the database, so that the limits hold whatever else is down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import people as _settles_the_secret  # noqa: F401
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.people import service
from village_hub.people.errors import TooManyAttempts
from village_hub.people.models import SignInAttempt


def tries(
    session: Session, clock: SettableClock, count: int, login: str = "bok@village.kr", address: str = "a"
) -> None:
    for _ in range(count):
        service.note_attempt(session, login, address, now=clock.now())


def test_the_sixth_try_has_to_wait_and_is_told_how_long(session: Session, clock: SettableClock) -> None:
    # given
    tries(session, clock, 5)
    clock.advance(timedelta(minutes=5))

    # when
    with pytest.raises(TooManyAttempts) as refused:
        tries(session, clock, 1)

    # then
    assert refused.value.figures == {"minutes": 10}
    clock.advance(timedelta(minutes=10))
    tries(session, clock, 1)


def test_every_spelling_of_a_number_counts_as_the_same_person(session: Session, clock: SettableClock) -> None:
    for written in ("010-1234-5678", "01012345678", "+82 10 1234 5678", "010 1234 5678", "010.1234.5678"):
        tries(session, clock, 1, login=written)

    with pytest.raises(TooManyAttempts):
        tries(session, clock, 1, login="(010)1234-5678")


def test_others_are_not_locked_out_from_elsewhere_by_five_tries(session: Session, clock: SettableClock) -> None:
    tries(session, clock, 5, address="the attacker's")

    tries(session, clock, 1, address="home")
    tries(session, clock, 1, login="lee@village.kr", address="the attacker's")


def test_many_addresses_against_one_person_are_stopped(session: Session, clock: SettableClock) -> None:
    for number in range(service.PER_PERSON):
        tries(session, clock, 1, address=f"address {number}")

    with pytest.raises(TooManyAttempts):
        tries(session, clock, 1, address="one more address")


def test_many_people_tried_from_one_address_are_stopped(session: Session, clock: SettableClock) -> None:
    for number in range(service.PER_ADDRESS):
        tries(session, clock, 1, login=f"card {number}")

    with pytest.raises(TooManyAttempts):
        tries(session, clock, 1, login="one more card")


def test_whoever_gets_in_starts_anew(session: Session, clock: SettableClock) -> None:
    tries(session, clock, 5)

    service.forget_attempts(session, "BOK@village.kr", "a")

    tries(session, clock, 5)


def test_tries_are_kept_only_while_they_count_and_without_names(session: Session, clock: SettableClock) -> None:
    # given
    tries(session, clock, 3)

    # when
    clock.advance(service.COUNTED_FOR)
    tries(session, clock, 1, login="lee@village.kr")

    # then
    rows = session.execute(select(SignInAttempt.login_hash, SignInAttempt.address_hash)).all()
    assert len(rows) == 1
    assert "lee" not in "".join(rows[0])


@pytest.mark.parametrize("is_locked", [True, False])
def test_tries_at_once_do_not_slip_through(
    own_database: Database, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """The control takes the lock away; on SQLite one writer at a time is the lock."""
    # given
    if not is_locked:
        monkeypatch.setattr(service, "lock", lambda *_: None)

    def attempt(_: int) -> bool:
        try:
            with own_database.write_session() as session:
                service.note_attempt(session, "bok@village.kr", "a", now=own_database.clock.now())
                session.flush()
                session.execute(select(func.pg_sleep(0.05)) if not own_database.is_sqlite else select(1))
            return True
        except TooManyAttempts:
            return False

    # when
    with ThreadPoolExecutor(8) as pool:
        let_through = sum(pool.map(attempt, range(8)))

    # then
    if is_locked or own_database.is_sqlite:
        assert let_through == service.PER_PERSON_AND_ADDRESS
    else:
        assert let_through > service.PER_PERSON_AND_ADDRESS
