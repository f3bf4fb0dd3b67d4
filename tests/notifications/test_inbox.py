from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.notifications import a_notice
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.signals import WrittenSignal
from village_hub.notifications import queries, service


def test_the_same_is_told_to_the_same_person_once(session: Session, clock: SettableClock) -> None:
    person, other = a_resident(session).id, a_resident(session).id
    a_notice(session, person, "seat")

    again = service.notify(session, person, key="seat", text="x", figures={}, link="/", now=clock.now())
    a_notice(session, other, "seat")

    assert again is None
    assert queries.counts(session, person) == (1, 1)


def test_a_message_is_worded_in_the_language_and_formats_of_whoever_reads_it(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    person = a_resident(session).id
    a_notice(session, person)
    client.sign_in(person)

    korean = client.get("/inbox").text
    client.set_cookie("language", "en")
    english = client.get("/inbox").text

    assert "“꽃 심기” 자리가 확정되었습니다. 11. 22.(일) 오전 9시, 마을 회관." in korean
    assert "You have a seat in “꽃 심기”: Sun 22 Nov 9:00 am, 마을 회관." in english


def test_spans_lengths_and_names_in_two_languages_are_said_as_the_reader_speaks(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    person, start = a_resident(session).id, clock.now()
    figures = {
        "when": (start, start + timedelta(hours=2)),
        "title": {"ko": "사진", "en": "Photography"},
        "time": timedelta(minutes=90),
    }
    a_notice(session, person, text="%(title)s / %(when)s / %(time)s", figures=figures)
    client.sign_in(person)

    korean = client.get("/inbox").text
    client.set_cookie("language", "en")
    english = client.get("/inbox").text

    assert "사진 / 11. 22.(일) 오전 9시 ~ 11시 / 1시간 30분" in korean
    assert "Photography / Sun 22 Nov 9:00 am ~ 11:00 am / 1 h 30 min" in english


def test_unread_messages_come_first_and_opening_one_marks_it_read_and_leads_on(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    person = a_resident(session).id
    old = a_notice(session, person, "old", link="/my/giving-back")
    clock.advance(timedelta(hours=1))
    new = a_notice(session, person, "new")
    client.sign_in(person)

    opened = client.post(f"/inbox/{new}/reading")
    order = [each.id for each in queries.inbox(session, person)]
    read = client.post("/inbox/reading")

    assert (opened.status_code, opened.location) == (303, "/inbox")
    assert order == [old, new]
    assert (read.status_code, queries.unread(session, person)) == (303, 0)


def test_nobody_opens_the_messages_of_others(client: Visitor, session: Session) -> None:
    notice = a_notice(session, a_resident(session).id)
    client.sign_in(a_resident(session).id)

    assert client.post(f"/inbox/{notice}/reading").status_code == 404
    assert "꽃 심기" not in client.get("/inbox").text
    assert client.application.test_client().get("/inbox").status_code == 303


def test_the_inbox_hears_at_once_and_asks_as_often_for_many_as_for_one(
    client: Visitor, session: Session, max_queries: Callable[[int], Any]
) -> None:
    person = a_resident(session).id
    for number in range(45):
        a_notice(session, person, f"number {number}")
    client.sign_in(person)

    with max_queries(10):
        page = client.get("/inbox").text
    last = client.get("/inbox?page=3").text

    assert page.count("꽃 심기") == 20
    assert last.count("꽃 심기") == 5
    heard = sa.select(sa.func.count()).where(WrittenSignal.stream == f"person:{person}")
    assert (session.scalar(heard) or 0) >= 1


def test_whoever_has_no_mail_is_called_from_the_village_until_they_are_told(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    village = a_village(session)
    person = a_resident(session, "김복순", phone="010-1234-5678").id
    notice = a_notice(session, person, call_from=village)
    client.sign_in(a_manager(session, village).id)

    page = client.get(f"/villages/{village}/calls").text
    told = client.post(f"/notices/{notice}/told")
    twice = client.post(f"/notices/{notice}/told")
    after = client.get(f"/villages/{village}/calls").text

    assert "김복순" in page
    assert "010-1234-5678" in page
    assert (told.status_code, twice.status_code) == (303, 303)
    assert "김복순" not in after
    assert queries.calls(session, village, clock.now()) == 0


def test_nobody_is_called_who_has_mail_who_has_looked_or_for_whom_it_is_too_late(
    session: Session, clock: SettableClock
) -> None:
    village = a_village(session)
    a_notice(session, a_resident(session, "메일", email="mail@example.org").id, call_from=village)
    reader = a_resident(session, "독자").id
    service.read_one(session, a_notice(session, reader, call_from=village), by=reader, now=clock.now())
    late = clock.now() + timedelta(hours=1)
    a_notice(session, a_resident(session, "늦음").id, call_from=village, until=late)
    a_notice(session, a_resident(session, "조용").id, call_from=village, mail=False)

    assert [each.name for each in queries.to_phone(session, village, clock.now())] == ["늦음"]
    assert queries.to_phone(session, village, late) == []


def test_only_the_villages_own_manager_sees_numbers_and_tells(client: Visitor, session: Session) -> None:
    village = a_village(session)
    notice = a_notice(session, a_resident(session).id, call_from=village)
    other = a_manager(session, a_village(session, "다른 마을")).id

    for person in (a_resident(session).id, other):
        client.sign_in(person)
        assert client.get(f"/villages/{village}/calls").status_code == 403
        assert client.post(f"/notices/{notice}/told").status_code == 403
    client.sign_in(other)
    assert client.post(f"/notices/{other}/told").status_code == 404
    assert client.get(f"/villages/{other}/calls").status_code == 404
