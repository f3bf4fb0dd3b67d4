from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.activities import in_days
from tests.factories.feedback import a_held_lecture
from tests.factories.people import a_resident
from village_hub.credits import queries, service
from village_hub.credits.models import LedgerAccount, Transfer
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.signals import WrittenSignal


def test_a_finished_lecture_gives_its_volunteer_its_hours_once(
    session: Session, clock: SettableClock, drain: Callable[[], int]
) -> None:
    held = a_held_lecture(session, clock)

    drain()
    again = service.award(session, held.id, now=clock.now())

    assert again == 0
    assert queries.hours_of(session, held.instructor_id) == 120
    assert balances(session) == {"person": 120, "village_programme": -120}
    heard = sa.select(WrittenSignal.type).where(WrittenSignal.stream == f"person:{held.instructor_id}")
    assert "credit.awarded" in session.scalars(heard).all()


def test_without_the_key_a_repeated_award_would_count_twice(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    service.award(session, held.id, now=clock.now())
    session.flush()
    drop_trigger(session)
    session.execute(sa.update(Transfer).values(key="broken"))

    service.award(session, held.id, now=clock.now())

    assert queries.hours_of(session, held.instructor_id) == 240


@pytest.mark.parametrize("details", [{"fee": 10_000}, {"kind": "course"}])
def test_paid_lectures_and_courses_are_no_volunteer_hours(
    session: Session, clock: SettableClock, details: dict[str, Any]
) -> None:
    held = a_held_lecture(session, clock, **details)

    assert service.award(session, held.id, now=clock.now()) == 0
    assert session.scalars(sa.select(Transfer)).all() == []


def test_a_session_that_is_not_finished_gives_nothing(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    session.execute(sa.text("UPDATE activity_session SET state = 'planned'"))

    assert service.award(session, held.id, now=clock.now()) == 0


def test_no_day_has_more_than_eight_hours(session: Session, clock: SettableClock) -> None:
    instructor = a_resident(session, "이재능").id
    morning = a_held_lecture(session, clock, instructor_id=instructor, hours=5, starts_at=in_days(session, 3, hours=0))
    evening_start = in_days(session, 0, hours=1)
    evening = a_held_lecture(session, clock, instructor_id=instructor, hours=4, starts_at=evening_start)
    tomorrow = a_held_lecture(session, clock, instructor_id=instructor, hours=1, starts_at=in_days(session, 1))

    given = [service.award(session, each.id, now=clock.now()) for each in (morning, evening, tomorrow)]

    assert given == [300, 180, 60]


def test_no_code_path_changes_what_was_transferred(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    service.award(session, held.id, now=clock.now())
    session.flush()

    for statement in ("UPDATE transfer SET minutes = 1", "DELETE FROM transfer"):
        with pytest.raises(sa.exc.DatabaseError), session.begin_nested():
            session.execute(sa.text(statement))
    assert queries.hours_of(session, held.instructor_id) == 120


def test_accounts_cannot_take_a_wrong_sign_nor_transfers_one_side(session: Session, clock: SettableClock) -> None:
    held = a_held_lecture(session, clock)
    service.award(session, held.id, now=clock.now())
    account = session.scalars(sa.select(LedgerAccount.id).where(LedgerAccount.kind == "person")).one()
    row = {
        "id": held.id, "key": "x", "from_account_id": account, "to_account_id": account, "minutes": 5, "why": "x",
        "session_id": held.id, "activity_id": held.activity_id, "held_on": clock.now().date(), "at": clock.now(),
    }  # fmt: skip

    for wrong in (sa.update(LedgerAccount).values(balance=-LedgerAccount.balance), sa.insert(Transfer).values(row)):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(wrong)


def test_every_balance_is_the_sum_of_its_transfers(session: Session, clock: SettableClock) -> None:
    instructor = a_resident(session, "이재능").id
    for _ in range(3):
        held = a_held_lecture(session, clock, instructor_id=instructor)
        service.award(session, held.id, now=clock.now())
        clock.advance(timedelta(days=1))

    for account in session.scalars(sa.select(LedgerAccount)):
        came = sa.select(sa.func.coalesce(sa.func.sum(Transfer.minutes), 0))
        into = session.scalar(came.where(Transfer.to_account_id == account.id))
        out = session.scalar(came.where(Transfer.from_account_id == account.id))
        assert account.balance == (into or 0) - (out or 0)


def test_my_giving_back_shows_hours_by_month_and_a_certificate(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    instructor = a_resident(session, "이재능").id
    held = a_held_lecture(session, clock, instructor_id=instructor)
    service.award(session, held.id, now=clock.now())
    client.sign_in(instructor)

    korean, certificate = (client.get(f"/my/giving-back{end}").text for end in ("", "/certificate?year=2026"))
    client.set_cookie("language", "en")
    english, other_year = (client.get(f"/my/giving-back{end}").text for end in ("", "/certificate?year=2019"))

    assert "2시간" in korean
    assert "나의 사회환원" in korean
    assert "2026. 11." in english
    assert f"/activities/{held.activity_id}" in english
    assert "이재능" in certificate
    assert "하남시" in certificate
    assert "No hours in this time" in other_year


def test_whoever_gave_nothing_sees_what_the_page_is_for(client: Visitor, session: Session) -> None:
    assert client.get("/my/giving-back").status_code == 303
    client.sign_in(a_resident(session).id).set_cookie("language", "en")

    assert "No hours yet" in client.get("/my/giving-back").text


def test_the_page_does_not_ask_more_often_with_more_sessions(
    client: Visitor, session: Session, clock: SettableClock, max_queries: Callable[[int], Any]
) -> None:
    instructor = a_resident(session, "이재능").id
    for _ in range(6):
        held = a_held_lecture(session, clock, ("김하나",), instructor_id=instructor)
        service.award(session, held.id, now=clock.now())
    client.sign_in(instructor)

    with max_queries(10):
        assert client.get("/my/giving-back").status_code == 200


def balances(session: Session) -> dict[str, int]:
    return {each.kind: each.balance for each in session.scalars(sa.select(LedgerAccount))}


def drop_trigger(session: Session) -> None:
    """PostgreSQL names the table of a trigger."""
    of = "" if session.get_bind().dialect.name == "sqlite" else " ON transfer"
    session.execute(sa.text(f"DROP TRIGGER transfer_update{of}"))
