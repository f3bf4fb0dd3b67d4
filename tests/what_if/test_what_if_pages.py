"""Asking what other rules would have meant: refused, reckoned, watched, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase, Visitor
from tests.factories.learning_requests import a_managed_village, a_request
from tests.factories.people import a_resident, a_staff_member
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from tests.factories.what_if import a_measured_run, a_what_if
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.errors import DomainError
from village_hub.learning_requests import service as learning_requests
from village_hub.live.registry import Streams
from village_hub.what_if import errors, queries, service
from village_hub.what_if.models import WhatIf
from village_hub.what_if.streams import streams
from workers.actor import Ports
from workers.actors import what_if as actor

TODAY = date(2026, 11, 22)


@pytest.fixture
def wish(session: Session, clock: SettableClock) -> UUID:
    """Four people have asked three weeks ago."""
    clock.advance(timedelta(days=-21))
    a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    request_id = a_request(session, number=4)
    clock.advance(timedelta(days=21))
    return request_id


def test_staff_try_a_rule_and_see_both_side_by_side(
    session: Session, client: Visitor, wish: UUID, drain: Callable[[], int]
) -> None:
    client.sign_in(a_staff_member(session).id)
    empty, form = client.get("/what-if").text, client.get("/what-if/new").text

    sent = client.post("/what-if", data={"since": "2026-11-01", "until": "2026-11-22", "minimum_group": "4"})
    waiting = client.get(sent.location).text
    drain()
    done = client.get(sent.location).text

    assert "아직 해 본 것이 없습니다" in empty
    assert 'value="2026-11-01"' in form
    assert sent.status_code == 303
    assert "<progress" in waiting
    assert "0 → 4" in done
    assert "<polyline" in done
    assert "80,000원" in done
    assert "실제로는 이 가운데" in done
    assert "0 → 4" in client.get("/what-if").text


@pytest.mark.parametrize(
    ("given", "korean", "english"),
    [
        ({}, "하나 이상 바꿔", "at least one rule"),
        ({"minimum_group": "0"}, "1부터 50까지", "from 1 to 50"),
        ({"minimum_group": "many"}, "숫자로 적어", "write a number"),
        ({"minimum_group": "21"}, "최대 인원(20)보다", "larger than the largest (20)"),
        ({"length_minutes": "45"}, "30의 배수", "a multiple of 30"),
        ({"minimum_group": "4", "until": "2026-10-01"}, "첫날보다 앞설", "cannot lie before the first"),
        ({"minimum_group": "4", "until": "2026-11-23"}, "오늘까지로", "up to today"),
        ({"minimum_group": "4", "since": "2020-01-01"}, "첫날을 더 늦게", "a later first day"),
        ({"minimum_group": "4", "since": ""}, "첫날을 골라", "choose the first day"),
        ({"waiting": "nan"}, "0부터 10까지", "from 0 to 10"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field_in_both_languages(
    session: Session, client: Visitor, wish: UUID, given: dict[str, str], korean: str, english: str
) -> None:
    client.sign_in(a_staff_member(session).id)
    said = []

    for language in ("ko", "en"):
        client.set_cookie("language", language)
        answer = client.post("/what-if", data={"since": "2026-11-01", "until": "2026-11-22"} | given)
        said.append((answer.status_code, answer.text))

    assert [code for code, _ in said] == [422, 422]
    assert english in said[1][1]
    assert korean in said[0][1]
    assert session.scalars(sa.select(WhatIf.id)).all() == []


def test_where_nobody_has_asked_there_is_nothing_to_replay(session: Session, client: Visitor) -> None:
    client.sign_in(a_staff_member(session).id)

    page = client.get("/what-if/new")
    sent = client.post("/what-if", data={"since": "2026-11-01", "until": "2026-11-22", "minimum_group": "4"})

    assert (page.status_code, sent.status_code) == (200, 422)
    assert "다시 돌려 볼 것이 없습니다" in page.text


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        (["mini=4"], errors.UnknownRule),
        (["minimum_group"], errors.NotANumber),
        (["minimum_group=four"], errors.NotANumber),
        (["lead_days=31"], errors.OutOfRange),
        (["lead_days=1.5"], errors.NotInSteps),
        (["first_time=inf"], errors.OutOfRange),
    ],
)
def test_rules_that_are_typed_wrongly_are_refused(texts: list[str], error: type[DomainError]) -> None:
    with pytest.raises(error):
        queries.read(texts)


def test_rules_are_read_as_typed() -> None:
    assert queries.read(["minimum_group=4", " waiting = 0.75 "]) == {"minimum_group": 4, "waiting": 0.75}


def test_a_rulebook_of_the_past_can_contradict_a_rule_too(session: Session, clock: SettableClock, wish: UUID) -> None:
    learning_requests.set_rules(session, valid_from=TODAY - timedelta(days=5), rules={"maximum_group": 6})

    with pytest.raises(errors.GroupUpsideDown):
        a_what_if(session, rules={"minimum_group": 7.0})


def test_what_nobody_waits_for_any_more_is_not_reckoned(
    session: Session, client: Visitor, wish: UUID, drain: Callable[[], int]
) -> None:
    staff = a_staff_member(session).id
    tried = a_what_if(session, by=staff)
    client.sign_in(staff)

    answer = client.post(f"/what-if/{tried}/cancellation")
    drain()
    again = client.post(f"/what-if/{tried}/cancellation")

    found = queries.what_if(session, tried)
    assert (answer.status_code, again.status_code) == (303, 409)
    assert found is not None
    assert (found.state, found.figures, found.attempt) == ("cancelled", None, 0)
    assert "숫자가 나오기 전에 취소" in client.get(f"/what-if/{tried}").text


def test_cancelling_while_it_is_reckoned_stops_it(
    database: OneConnectionDatabase, session: Session, clock: SettableClock, wish: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = a_staff_member(session).id
    tried = a_what_if(session, by=staff)
    asked = service.begin(session, tried)
    assert asked is not None
    seen = noted(monkeypatch, lambda: service.cancel(session, tried, by=staff, now=clock.now()))

    _, compared = actor._reckon(asked, Ports(None, database, None))  # type: ignore[arg-type]

    assert compared is None
    assert seen == [1]


def test_a_worker_that_was_overtaken_writes_nothing(session: Session, clock: SettableClock, wish: UUID) -> None:
    tried = a_what_if(session)
    slow = service.begin(session, tried)
    fast = service.begin(session, tried)
    assert slow is not None
    assert fast is not None
    past = queries.past(session, slow.since, slow.until)
    compared = service.reckon(past, slow.since, slow.until, slow.rules)

    with pytest.raises(service.Overtaken):
        service.note_progress(session, tried, slow.attempt, 1)
    service.finish(session, tried, slow.attempt, compared, now=clock.now())
    before = queries.what_if(session, tried)
    service.finish(session, tried, fast.attempt, compared, now=clock.now())
    after = queries.what_if(session, tried)

    assert before is not None
    assert after is not None
    assert (before.state, after.state, after.figures) == ("running", "done", compared)


def test_progress_is_told_run_by_run(
    session: Session, wish: UUID, drain: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = a_what_if(session)
    seen = noted(monkeypatch, lambda: None)

    drain()

    found = queries.what_if(session, tried)
    assert found is not None
    assert seen == list(range(1, found.total + 1)) == [1, 2, 3, 4, 5, 6]
    assert (found.state, found.done) == ("done", 6)


def test_only_whoever_answers_for_the_city_hears_of_it(session: Session) -> None:
    known = Streams()
    for each in streams:
        known.add(each)
    staff, resident = a_staff_member(session).id, a_resident(session).id
    session.flush()

    heard = {who: known.may_listen(session, who, "what_if") for who in (staff, resident, None)}

    assert heard == {staff: True, resident: False, None: False}
    assert not known.may_listen(session, staff, "what_if:7")


def test_pages_ask_the_database_as_often_for_many_as_for_one(
    session: Session, client: Visitor, wish: UUID, max_queries: Callable[[int], Any]
) -> None:
    staff = a_staff_member(session).id
    client.sign_in(staff)
    asked: dict[str, list[int]] = {}

    for number in (1, 8):
        for _ in range(number):
            a_what_if(session, by=staff)
            a_measured_run(session)
        for path in ("/what-if", "/fairness", "/fairness/rows"):
            with max_queries(16) as seen:
                assert client.get(path).status_code == 200
            asked.setdefault(path, []).append(len(seen))

    assert all(few == many for few, many in asked.values()), asked


def noted(monkeypatch: pytest.MonkeyPatch, also: Callable[[], Any]) -> list[int]:
    """The progress that is noted from now on; `also` happens before the first."""
    seen: list[int] = []
    note = service.note_progress

    def noting(session: Session, what_if_id: UUID, attempt: int, done: int) -> None:
        seen.append(done)
        if done == 1:
            also()
        note(session, what_if_id, attempt, done)

    monkeypatch.setattr(service, "note_progress", noting)
    return seen
