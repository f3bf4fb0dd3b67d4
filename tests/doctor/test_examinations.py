"""The worker looks every hour; what it found stands on the operator's page, and what is new is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import an_operator
from village_hub import doctor
from village_hub.doctor import INVARIANTS, Examination, ExaminationDue
from village_hub.kernel import jobs, signals
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.invariant import Breach
from village_hub.kernel.signals import SignalStream, WrittenSignal
from village_hub.notifications import queries as notifications
from workers.subscriptions import RECURRING

TOLD = "Something is not as it must be: %(count)s rules do not hold. Please look at the operator's page."


def test_an_hourly_examination_tells_operators_once_what_is_newly_broken(
    session: Session, clock: SettableClock, drain: Callable[[], int]
) -> None:
    operator = an_operator(session).id
    lose_a_signal(session, clock)

    for _hour in range(2):
        examine(session, clock, drain)

    with_this_text = [each.text for each in notifications.inbox(session, operator)]
    found = doctor.last_examination(session)
    assert RECURRING[ExaminationDue()] == timedelta(hours=1)
    assert with_this_text == [TOLD]
    assert found is not None
    assert (found.rules, [each.invariant.name for each in found.broken]) == (
        len(INVARIANTS),
        ["kernel.signals_are_complete"],
    )
    heard = [each.type for each in signals.after(session, {"operator": 0})]
    assert heard == ["doctor.examined"] * 2


def test_a_sound_database_alarms_nobody(session: Session, clock: SettableClock, drain: Callable[[], int]) -> None:
    operator = an_operator(session).id

    examine(session, clock, drain)

    found = doctor.last_examination(session)
    assert found is not None
    assert found.broken == ()
    assert notifications.inbox(session, operator) == []


def test_old_examinations_are_forgotten(session: Session, clock: SettableClock) -> None:
    doctor.keep(session, (), now=clock.now())
    clock.advance(timedelta(days=31))

    doctor.keep(session, (), now=clock.now())

    assert session.scalar(sa.select(sa.func.count()).select_from(Examination)) == 1


def test_the_operators_page_shows_the_last_examination_in_the_readers_language(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    client.sign_in(an_operator(session).id)
    client.set_cookie("language", "en")
    before = client.get("/operator").text
    broken = Breach(INVARIANTS[0], 21, ({"stream": "club:1", "count": "2"},))

    doctor.keep(session, [broken], now=clock.now())
    in_english = client.get("/operator").text
    client.set_cookie("language", "ko")
    in_korean = client.get("/operator").text

    assert "Not examined yet." in before
    assert "The facts of every stream are numbered" in in_english
    assert f"1 rule of {len(INVARIANTS)} does not hold." in in_english
    assert "Restore the latest backup" in in_english
    assert "stream club:1, count 2" in in_english
    assert "21 cases" in in_english
    assert "모든 흐름의 사실에는" in in_korean
    assert f"규칙 {len(INVARIANTS)}개 가운데 1개가" in in_korean


def test_the_operators_page_stays_within_its_queries(
    client: Visitor, session: Session, clock: SettableClock, max_queries: Callable[[int], Any]
) -> None:
    client.sign_in(an_operator(session).id)
    doctor.keep(session, [Breach(each, 1, ({"id": "1"},)) for each in INVARIANTS], now=clock.now())

    with max_queries(12):
        answer = client.get("/operator")

    assert answer.status_code == 200


def test_a_rule_that_is_no_more_is_left_out(session: Session, clock: SettableClock) -> None:
    doctor.keep(session, [Breach(INVARIANTS[0], 1, ({"id": "1"},))], now=clock.now())
    session.execute(sa.update(Examination).values(broken=[{"name": "clubs.gone", "count": 1, "named": []}]))

    found = doctor.last_examination(session)

    assert found is not None
    assert found.broken == ()


def examine(session: Session, clock: SettableClock, drain: Callable[[], int]) -> None:
    """Let the next examination come due and the worker carry it out."""
    jobs.set_timer(session, ExaminationDue(), at=clock.now() + timedelta(minutes=1))
    clock.advance(timedelta(minutes=1))
    drain()


def lose_a_signal(session: Session, clock: SettableClock) -> None:
    session.add(SignalStream(stream="club:1", seq=2))
    session.add(WrittenSignal(stream="club:1", seq=1, type="club.changed", payload={}, occurred_at=clock.now()))
