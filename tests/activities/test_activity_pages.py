"""What people see and press."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.activities import a_lecture, a_seat, an_activity, in_days
from tests.factories.clubs import a_club
from tests.factories.people import a_manager, a_resident, a_staff_member
from tests.factories.places import a_venue
from tests.factories.villages import a_village
from village_hub.activities import queries, service
from village_hub.kernel.clock import SettableClock


@pytest.fixture
def village_id(session: Session) -> UUID:
    return a_village(session)


@pytest.fixture
def manager_id(session: Session, village_id: UUID) -> UUID:
    return a_manager(session, village_id).id


@pytest.fixture
def activity_id(session: Session, village_id: UUID, manager_id: UUID) -> UUID:
    return an_activity(
        session,
        village_id,
        manager_id,
        title="꽃 심기 <b>",
        venue_id=a_venue(session),
        seats=2,
        instructor_id=manager_id,
    )


def linked_data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_the_public_page_says_when_where_and_who_and_masks_names(client: Visitor, activity_id: UUID) -> None:
    page = client.get(f"/activities/{activity_id}").text

    assert "11. 25.(수) 오전 11시 ~ 오후 1시" in page
    assert "미사1동 주민센터 2층 강의실" in page
    assert "박**저" in page
    assert "박매니저" not in page
    assert "031-790-1234" in page
    assert "꽃 심기 &lt;b&gt;" in page
    assert "/sign-in?next=" in page


def test_search_engines_and_messengers_can_read_it(client: Visitor, activity_id: UUID) -> None:
    page = client.get(f"/activities/{activity_id}").text

    read = linked_data(page)
    assert (read["@type"], read["name"]) == ("EducationEvent", "꽃 심기 <b>")
    assert read["startDate"] == "2026-11-25T11:00:00+09:00"
    assert read["location"]["geo"]["latitude"] == 37.56
    assert read["eventStatus"].endswith("EventScheduled")
    assert '<meta property="og:title" content="꽃 심기 &lt;b&gt;">' in page


def test_one_press_signs_up_and_another_gives_the_place_back(
    client: Visitor, session: Session, activity_id: UUID
) -> None:
    resident = a_resident(session).id
    client.sign_in(resident)

    answer = client.post(f"/activities/{activity_id}/enrolments")

    assert answer.status_code == 303
    assert "자리가 있어요" in client.get(answer.location).text
    client.post(f"/activities/{activity_id}/enrolments/end")
    assert queries.enrolment(session, activity_id, resident) is None


def test_whoever_comes_late_sees_their_place_in_the_line(client: Visitor, session: Session, activity_id: UUID) -> None:
    for number in range(3):
        a_seat(session, activity_id, a_resident(session, f"주민{number}").id)
    client.sign_in(a_resident(session).id)
    assert "대기 신청" in client.get(f"/activities/{activity_id}").text

    client.post(f"/activities/{activity_id}/enrolments")

    assert "대기 2번" in client.get(f"/activities/{activity_id}").text


def test_nobody_signs_up_without_signing_in(client: Visitor, activity_id: UUID) -> None:
    answer = client.post(f"/activities/{activity_id}/enrolments")

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_the_same_form_sent_again_and_again_has_one_effect_and_one_answer(
    client: Visitor, session: Session, activity_id: UUID
) -> None:
    client.sign_in(a_resident(session).id)

    answers = [client.post(f"/activities/{activity_id}/enrolments", data={"idempotency_key": "k1"}) for _ in range(10)]

    assert {(each.status_code, each.location) for each in answers} == {(303, f"/activities/{activity_id}")}
    assert queries.seat_count(session, activity_id).taken == 1


def test_a_second_form_for_the_same_seat_is_refused_kindly(
    client: Visitor, session: Session, activity_id: UUID
) -> None:
    client.sign_in(a_resident(session).id)
    client.post(f"/activities/{activity_id}/enrolments", data={"idempotency_key": "k1"})

    answer = client.post(f"/activities/{activity_id}/enrolments", data={"idempotency_key": "k2"})

    assert answer.status_code == 409
    assert "이미 신청" in answer.text


@pytest.mark.parametrize("path", ["/activities/{0}", "/calendar", "/calendar?view=week", "/calendar?view=list"])
@pytest.mark.parametrize(("language", "words"), [("ko", "마을"), ("en", "Village")])
def test_public_pages_speak_both_languages(
    client: Visitor, activity_id: UUID, path: str, language: str, words: str
) -> None:
    client.set_cookie("language", language)

    page = client.get(path.format(activity_id))

    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    assert words in page.text
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/my/activities",
        "/activities/new",
        "/activities/{0}",
        "/activities/{0}/edit",
        "/activities/{0}/cancellation",
        "/activities/{0}/sessions/new",
        "/sessions/{1}/time",
        "/sessions/{1}/desk",
        "/check-in",
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_managers_pages_render_in_both_languages(
    client: Visitor, session: Session, manager_id: UUID, activity_id: UUID, path: str, language: str
) -> None:
    session_id = queries.sessions_of(session, activity_id)[0].id
    a_seat(session, activity_id, a_resident(session).id)
    client.set_cookie("language", language)
    client.sign_in(manager_id)

    page = client.get(path.format(activity_id, session_id))

    assert page.status_code == 200
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("path", ["/activities/{0}/edit", "/activities/{0}/cancellation", "/sessions/{1}/desk"])
def test_pages_of_those_who_run_it_are_closed_to_others(
    client: Visitor, session: Session, activity_id: UUID, path: str
) -> None:
    session_id = queries.sessions_of(session, activity_id)[0].id
    client.sign_in(a_resident(session).id)

    assert client.get(path.format(activity_id, session_id)).status_code == 403


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/activities/{0}/edit", {}),
        ("/activities/{0}/cancellation", {"reason": "그냥"}),
        ("/activities/{0}/sessions", {}),
        ("/sessions/{1}/time", {}),
        ("/sessions/{1}/cancellation", {}),
        ("/sessions/{1}/attendances", {}),
        ("/sessions/{1}/walk-ins", {"name": "누구"}),
        ("/sessions/{1}/completion", {}),
    ],
)
def test_another_villages_manager_changes_nothing(
    client: Visitor, session: Session, activity_id: UUID, path: str, form: dict[str, str]
) -> None:
    session_id = queries.sessions_of(session, activity_id)[0].id
    client.sign_in(a_manager(session, a_village(session, "다른 마을"), "다른이").id)

    assert client.post(path.format(activity_id, session_id), data=form).status_code == 403


PLAN = {
    "kind": "campaign", "title": "하천 청소", "description": "장갑은 드려요", "date": "2026-12-05", "starts": "10:00",
    "ends": "12:00", "repeats": "weekly", "times": "3", "venue_id": "elsewhere", "place_text": "미사 둑길",
    "seats": "20", "minimum": "5", "fee": "", "phone": "031-790-1234",
}  # fmt: skip


def test_an_activity_is_planned_step_by_step(
    client: Visitor, session: Session, village_id: UUID, manager_id: UUID
) -> None:
    client.sign_in(manager_id)
    host = {"host": f"village:{village_id}"}

    for step, then in [("what", "언제"), ("when", "어디"), ("where", "몇 명"), ("seats", "맞게")]:
        page = client.post("/activities/new", data=PLAN | host | {"step": step})
        assert page.status_code == 200, step
        assert then in page.text, step
    answer = client.post("/activities", data=PLAN | host | {"step": "check"})

    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert "하천 청소" in shown
    assert "모두 3회" in shown


def test_a_step_is_left_only_when_it_is_complete_and_keeps_what_was_typed(
    client: Visitor, session: Session, village_id: UUID, manager_id: UUID
) -> None:
    client.sign_in(manager_id)
    data = PLAN | {"host": f"village:{village_id}", "step": "when", "ends": "09:00"}

    refused = client.post("/activities/new", data=data)
    back = client.post("/activities/new", data=data | {"back": "1"})

    assert refused.status_code == 422
    assert 'value="09:00"' in refused.text
    assert 'name="title" value="하천 청소"' in refused.text
    assert back.status_code == 200
    assert 'value="하천 청소"' in back.text


def test_a_room_that_was_taken_meanwhile_leads_back_to_the_choice(
    client: Visitor, session: Session, village_id: UUID, manager_id: UUID
) -> None:
    venue_id = a_venue(session)
    an_activity(session, village_id, manager_id, venue_id=venue_id, starts_at=in_days(session, 13, 1))
    client.sign_in(manager_id)
    data = PLAN | {"host": f"village:{village_id}", "venue_id": str(venue_id)}

    answer = client.post("/activities", data=data)

    assert answer.status_code == 422
    assert "‘우리 동네 꽃 심기’ 때문에 쓸 수 없어요" in answer.text
    assert "어디에서, 누가" in answer.text


def test_a_club_lead_plans_for_the_club_and_for_nobody_else(
    client: Visitor, session: Session, village_id: UUID
) -> None:
    lead = a_resident(session).id
    club_id = a_club(session, village_id, lead)
    client.sign_in(lead)

    own = client.post("/activities", data=PLAN | {"host": f"club:{village_id}:{club_id}"})
    others = client.post("/activities", data=PLAN | {"host": f"village:{village_id}"})

    assert (own.status_code, others.status_code) == (303, 422)
    assert client.get(f"{own.location}/edit").status_code == 200


def test_a_resident_plans_nothing(client: Visitor, session: Session, village_id: UUID) -> None:
    client.sign_in(a_resident(session).id)

    assert client.get("/activities/new").status_code == 403
    assert client.post("/activities", data=PLAN | {"host": f"village:{village_id}"}).status_code == 403


def test_a_manager_changes_and_cancels_an_activity(
    client: Visitor, session: Session, manager_id: UUID, activity_id: UUID
) -> None:
    client.sign_in(manager_id)
    change = {"kind": "festival", "title": "가을 잔치", "venue_id": "elsewhere", "place_text": "광장", "seats": "30"}

    changed = client.post(f"/activities/{activity_id}/edit", data=change)
    page = client.get(f"/activities/{activity_id}").text
    refused = client.post(f"/activities/{activity_id}/cancellation", data={"reason": " "})
    cancelled = client.post(f"/activities/{activity_id}/cancellation", data={"reason": "태풍"})

    assert changed.status_code == 303
    assert "가을 잔치" in page
    assert (refused.status_code, cancelled.status_code) == (422, 303)
    page = client.get(f"/activities/{activity_id}").text
    assert "태풍" in page
    assert linked_data(page)["eventStatus"].endswith("EventCancelled")


def test_the_desk_marks_with_one_press_and_takes_it_back(
    client: Visitor, session: Session, manager_id: UUID, activity_id: UUID, clock: SettableClock
) -> None:
    resident = a_resident(session).id
    a_seat(session, activity_id, resident)
    held = queries.sessions_of(session, activity_id)[0]
    clock.moment = held.starts_at
    client.sign_in(manager_id)
    marks = f"/sessions/{held.id}/attendances"

    client.post(marks, data={"person_id": str(resident), "state": "present"})
    assert queries.present(session, held.id) == [resident]
    client.post(marks, data={"person_id": str(resident), "state": ""})
    assert queries.present(session, held.id) == []
    client.post(f"/sessions/{held.id}/walk-ins", data={"name": "황보 할머니"})

    desk = client.get(f"/sessions/{held.id}/desk").text
    assert "황보 할머니" in desk
    assert "<svg" in desk
    assert f"{held.code[:3]} {held.code[3:]}" in desk  # type: ignore[index]
    assert client.post(f"/sessions/{held.id}/completion").status_code == 303
    assert client.post(f"/sessions/{held.id}/completion").status_code == 409


def test_a_resident_checks_in_with_the_rooms_code(
    client: Visitor, session: Session, activity_id: UUID, clock: SettableClock
) -> None:
    resident = a_resident(session).id
    a_seat(session, activity_id, resident)
    held = queries.sessions_of(session, activity_id)[0]
    clock.moment = held.starts_at
    client.sign_in(resident)

    page = client.get(f"/check-in/{held.code}")
    wrong = client.post("/check-in", data={"code": "1"})
    answer = client.post("/check-in", data={"code": held.code})

    assert "꽃 심기" in page.text
    assert (wrong.status_code, answer.status_code) == (422, 303)
    assert queries.was_present(session, held.id, resident)


def test_my_activities_show_what_comes_what_waits_and_what_was(
    client: Visitor, session: Session, village_id: UUID, manager_id: UUID, clock: SettableClock
) -> None:
    resident = a_resident(session).id
    client.sign_in(resident)
    assert "아직 없어요" in client.get("/my/activities").text
    full = an_activity(session, village_id, manager_id, title="꽉 찬 강좌", seats=1)
    a_seat(session, full, a_resident(session, "먼저").id)
    gone = an_activity(session, village_id, manager_id, title="지난 강좌", starts_at=in_days(session, 1))
    coming = an_activity(session, village_id, manager_id, title="다음 강좌", starts_at=in_days(session, 9))
    for each in (full, gone, coming):
        a_seat(session, each, resident)
    clock.advance(timedelta(days=2))
    client.sign_in(resident)

    page = client.get("/my/activities").text

    assert page.index("다음 강좌") < page.index("꽉 찬 강좌") < page.index("지난 강좌")


def test_calendars_of_other_programs_read_the_feeds(
    client: Visitor, session: Session, village_id: UUID, manager_id: UUID, activity_id: UUID
) -> None:
    off = an_activity(session, village_id, manager_id, title="취소될 축제", kind="festival")
    service.cancel_activity(session, off, reason="비", by=manager_id, now=session.info["clock"].now())

    one = Calendar.from_ical(client.get(f"/activities/{activity_id}.ics").data)
    whole = Calendar.from_ical(client.get(f"/villages/{village_id}/calendar.ics").data)
    festivals = Calendar.from_ical(client.get("/calendar.ics?kind=festival").data)

    (entry,) = one.walk("VEVENT")
    assert entry["UID"] == f"{queries.sessions_of(session, activity_id)[0].id}@village-hub"
    assert entry.decoded("DTSTART").isoformat() == "2026-11-25T02:00:00+00:00"
    assert {str(each["STATUS"]): int(str(each["SEQUENCE"])) for each in whole.walk("VEVENT")} == {
        "CONFIRMED": 0, "CANCELLED": 1,
    }  # fmt: skip
    assert [str(each["SUMMARY"]) for each in festivals.walk("VEVENT")] == ["취소될 축제"]


def test_the_calendar_shows_the_month_and_filters_by_village_and_kind(
    client: Visitor, session: Session, village_id: UUID, manager_id: UUID
) -> None:
    an_activity(session, village_id, manager_id, title="합창 연습", kind="course")
    other = a_village(session, "덕풍 배움마을")
    an_activity(session, other, a_staff_member(session).id, title="벼룩시장", kind="event")

    everything = client.get("/calendar").text
    own = client.get(f"/calendar?village={village_id}").text
    events = client.get("/calendar?kind=event&kind=nonsense").text

    assert ("합창 연습" in everything, "벼룩시장" in everything) == (True, True)
    assert ("합창 연습" in own, "벼룩시장" in own) == (True, False)
    assert ("합창 연습" in events, "벼룩시장" in events) == (False, True)


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01", "nonsense", "2026-02-30"])
@pytest.mark.parametrize("view", ["month", "week", "list", "nonsense"])
def test_a_nonsense_date_shows_today(client: Visitor, on: str, view: str) -> None:
    assert client.get(f"/calendar?on={on}&view={view}").status_code == 200


def test_pages_ask_the_database_as_often_for_thirty_rows_as_for_one(
    client: Visitor, session: Session, village_id: UUID, manager_id: UUID, max_queries: Callable[[int], Any]
) -> None:
    resident = a_resident(session).id
    venue_id = a_venue(session)
    first = an_activity(session, village_id, manager_id, venue_id=venue_id, starts_at=in_days(session, 2))
    held = queries.sessions_of(session, first)[0].id
    a_seat(session, first, resident)
    a_seat(session, first, manager_id)
    paths = [f"/activities/{first}", "/calendar", "/calendar?view=list", "/my/activities", f"/sessions/{held}/desk"]
    client.sign_in(manager_id)
    counts: list[list[int]] = []

    for _ in range(2):
        counts.append([])
        for path in paths:
            with max_queries(12) as asked:
                assert client.get(path).status_code == 200
            counts[-1].append(len(asked))
        for number in range(30):
            more = an_activity(
                session, village_id, manager_id, title=f"강좌 {number}", starts_at=in_days(session, 3, number)
            )
            a_seat(session, more, manager_id)
            a_seat(session, first, a_resident(session, f"주민{number}").id)

    assert counts[0] == counts[1]


def test_a_lectures_page_shows_its_instructor_and_its_seats(client: Visitor, session: Session) -> None:
    page = client.get(f"/activities/{a_lecture(session)}").text

    assert "스마트폰 사진" in page
    assert "자리 중" in page
