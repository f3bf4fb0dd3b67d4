"""Asking in three steps, following one's requests, joining, withdrawing, answering."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.people import a_manager, a_resident
from tests.factories.places import a_district
from tests.factories.topics import a_topic
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import queries, service

WHEN = {"weekly": ["tue-afternoon", "thu-afternoon"], "place_kind": "near_me", "reach_m": "2000", "number": "2"}


def the_wish(session: Session) -> dict[str, Any]:
    return {"topic_id": str(a_topic(session)), "level": "beginner", "venue_id": "", "language": "ko", **WHEN}


def only_request(session: Session) -> queries.RequestFacts:
    session.expire_all()
    (wish,) = queries.open_wishes(session)
    found = queries.request(session, wish.id)
    assert found is not None
    return found


def test_a_wish_is_asked_for_in_three_steps_and_nothing_is_lost(session: Session, client: Visitor) -> None:
    neighbour = a_neighbour(session)
    client.sign_in(neighbour)
    topic = {"topic_id": str(a_topic(session)), "level": "beginner"}

    first = client.get("/learning-requests/new")
    second = client.post("/learning-requests/new", data={"step": "topic", **topic})
    third = client.post("/learning-requests/new", data={**the_wish(session), "step": "when"})
    sent = client.post(
        "/learning-requests", data={**the_wish(session), "step": "check", "words": "천천히 배우고 싶어요"}
    )

    assert [each.status_code for each in (first, second, third, sent)] == [200, 200, 200, 303]
    assert f'name="topic_id" value="{topic["topic_id"]}"' in second.text
    for carried in ("tue-afternoon", "thu-afternoon"):
        assert f'<input type="hidden" name="weekly" value="{carried}">' in third.text
    request = only_request(session)
    assert (request.people, request.level, request.words) == (2, "beginner", "천천히 배우고 싶어요")
    page = client.get(sent.location)
    assert page.status_code == 200
    assert "박매니저" in page.text


def test_going_back_keeps_what_was_filled_in(session: Session, client: Visitor) -> None:
    client.sign_in(a_neighbour(session))

    page = client.post(
        "/learning-requests/new", data={**the_wish(session), "step": "check", "words": "한마디", "back": "1"}
    )

    assert page.status_code == 200
    assert 'value="tue-afternoon" aria-label' in page.text
    assert 'name="words" value="한마디"' in page.text


@pytest.mark.parametrize(
    ("step", "missing", "words"),
    [("topic", "topic_id", "topic_id-error"), ("when", "weekly", "weekly-error"), ("when", "number", "number-error")],
)
def test_a_step_is_left_only_when_it_is_complete(
    session: Session, client: Visitor, step: str, missing: str, words: str
) -> None:
    client.sign_in(a_neighbour(session))
    given = {name: value for name, value in the_wish(session).items() if name != missing}

    page = client.post("/learning-requests/new", data={**given, "step": step})

    assert page.status_code == 422
    assert f'id="{words}"' in page.text


def test_a_place_is_named_when_the_instructor_should_come(session: Session, client: Visitor) -> None:
    client.sign_in(a_neighbour(session))

    page = client.post("/learning-requests/new", data={**the_wish(session), "place_kind": "own_place", "step": "when"})

    assert page.status_code == 422
    assert 'id="venue_id-error"' in page.text


def test_what_cannot_be_sent_is_shown_again_with_everything_typed(session: Session, client: Visitor) -> None:
    neighbour = a_neighbour(session)
    a_request(session, by=neighbour)
    client.sign_in(neighbour)

    page = client.post("/learning-requests", data={**the_wish(session), "step": "check", "words": "한 번 더"})

    assert page.status_code == 422
    assert 'id="topic_id-error"' in page.text
    assert "한 번 더" in page.text


def test_who_has_not_said_where_they_live_says_it_once(session: Session, client: Visitor) -> None:
    a_managed_village(session)
    stranger = a_resident(session, "한나그네")
    client.sign_in(stranger.id)

    asked = client.post("/learning-requests/new", data={"step": "topic", **the_wish(session)})
    sent = client.post(
        "/learning-requests", data={**the_wish(session), "district_id": str(a_district(session)), "step": "check"}
    )
    again = client.post("/learning-requests/new", data={"step": "topic", **the_wish(session)})

    assert 'name="district_id"' in asked.text
    assert sent.status_code == 303
    assert 'name="district_id"' not in again.text


def test_neighbours_who_want_the_same_can_be_joined(session: Session, client: Visitor) -> None:
    request_id = a_request(session, number=3)
    neighbour = a_neighbour(session, "박이웃")
    client.sign_in(neighbour)

    offered = client.post("/learning-requests/new", data={"step": "topic", **the_wish(session)})
    joined = client.post(f"/learning-requests/{request_id}/companions")

    assert f"/learning-requests/{request_id}/companions" in offered.text
    assert joined.status_code == 303
    assert only_request(session).people == 4
    assert client.get(joined.location).status_code == 200
    assert client.post(f"/learning-requests/{request_id}/companions/end").status_code == 303
    assert only_request(session).people == 3


def test_my_requests_take_few_queries_however_many_there_are(
    session: Session, client: Visitor, max_queries: Any
) -> None:
    neighbour = a_neighbour(session)
    for name in ("스마트폰 사진", "하모니카", "수채화"):
        a_request(session, by=neighbour, topic_id=a_topic(session, name))
    client.sign_in(neighbour)

    with max_queries(12):
        page = client.get("/learning-requests")

    assert page.status_code == 200
    assert page.text.count("박매니저") == 3


def test_an_empty_list_says_what_to_do(session: Session, client: Visitor) -> None:
    client.sign_in(a_neighbour(session))

    page = client.get("/learning-requests")

    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_a_request_is_seen_by_those_who_are_part_of_it_and_their_manager_only(
    session: Session, client: Visitor
) -> None:
    requester = a_neighbour(session)
    request_id = a_request(session, by=requester)
    manager = a_manager(session, only_request(session).village_id, "정매니저")
    stranger = a_neighbour(session, "박이웃")

    seen = [
        client.sign_in(who).get(f"/learning-requests/{request_id}").status_code
        for who in (requester, manager.id, stranger)
    ]

    assert seen == [200, 200, 403]
    assert client.get("/learning-requests/00000000-0000-0000-0000-000000000001").status_code == 404


def test_withdrawing_asks_once_more_and_only_the_requester_may(session: Session, client: Visitor) -> None:
    requester = a_neighbour(session)
    request_id = a_request(session, by=requester)
    stranger = a_neighbour(session, "박이웃")

    refused = client.sign_in(stranger).post(f"/learning-requests/{request_id}/withdrawal")
    asked = client.sign_in(requester).get(f"/learning-requests/{request_id}/withdrawal")
    done = client.post(f"/learning-requests/{request_id}/withdrawal")

    assert (refused.status_code, asked.status_code, done.status_code) == (403, 200, 303)
    assert client.get(done.location).status_code == 200
    assert queries.open_wishes(session) == []


def test_the_manager_answers_with_a_date_or_a_reason(session: Session, client: Visitor, clock: SettableClock) -> None:
    request_id = a_request(session)
    request = only_request(session)
    assert request.owner_id is not None
    client.sign_in(request.owner_id)
    answer = f"/learning-requests/{request_id}/answer"

    form = client.get(answer)
    promised = client.post(answer, data={"answer": "promise", "next_at": "2026-11-27"})
    without_reason = client.post(answer, data={"answer": "unserved", "words": ""})
    too_far = client.post(answer, data={"answer": "promise", "next_at": "2027-11-27"})
    said_no = client.post(answer, data={"answer": "unserved", "words": "가르칠 분을 못 찾았어요."})

    assert [each.status_code for each in (form, promised, without_reason, too_far, said_no)] == [
        200,
        303,
        422,
        422,
        303,
    ]
    assert only_or_none(session, request_id).state == "unserved"
    page = client.sign_in(request.requester_id).get(f"/learning-requests/{request_id}")
    assert "가르칠 분을 못 찾았어요." in page.text


def only_or_none(session: Session, request_id: Any) -> queries.RequestFacts:
    session.expire_all()
    found = queries.request(session, request_id)
    assert found is not None
    return found


def test_residents_do_not_answer_requests(session: Session, client: Visitor) -> None:
    request_id = a_request(session)
    other_village = a_managed_village(session, name="다른 마을")
    stranger = a_manager(session, other_village, "남매니저")

    by_resident = client.sign_in(a_neighbour(session, "박이웃")).get(f"/learning-requests/{request_id}/answer")
    by_stranger = client.sign_in(stranger.id).post(
        f"/learning-requests/{request_id}/answer", data={"answer": "promise"}
    )

    assert (by_resident.status_code, by_stranger.status_code) == (403, 403)


def test_who_is_not_signed_in_signs_in_first(client: Visitor) -> None:
    for path in ("/learning-requests", "/learning-requests/new"):
        assert client.get(path).status_code in (302, 303, 401)


def test_a_scheduled_request_leads_to_its_lecture(session: Session, client: Visitor, clock: SettableClock) -> None:
    requester = a_neighbour(session)
    request_id = a_request(session, by=requester)
    service.pool(session, [request_id], group_id=request_id, now=clock.now())
    service.schedule(session, [request_id], activity_id=request_id, now=clock.now())

    page = client.sign_in(requester).get(f"/learning-requests/{request_id}")

    assert f"/activities/{request_id}" in page.text
