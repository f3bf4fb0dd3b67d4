from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.activities import an_activity
from tests.factories.feedback import a_held_lecture
from tests.factories.learning_requests import a_neighbour, a_request
from tests.factories.people import a_manager, a_resident, a_staff_member, an_operator
from tests.factories.reporting import a_fact
from tests.factories.villages import a_village
from village_hub.activities import service as activities
from village_hub.activities.queries import AttendanceState
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import service as learning_requests
from village_hub.live.registry import Streams
from village_hub.reporting import queries, service
from village_hub.reporting.models import Fact, Measure
from village_hub.reporting.queries import Figure, Scope, Shown, hide_small
from village_hub.reporting.routes import harmless
from village_hub.reporting.streams import streams
from village_hub.villages import queries as villages

NOVEMBER = Scope(date(2026, 11, 1), date(2026, 11, 1))


def test_a_finished_lecture_moves_seats_attendance_and_hours(
    session: Session, clock: SettableClock, drain: Callable[[], int]
) -> None:
    held = a_held_lecture(session, clock, ("김하나", "이두리", "박세나", "최다정", "한마음"))

    drain()

    figures = queries.total(session, NOVEMBER)
    assert (figures[Figure.SEATS].amount, figures[Figure.SEATS].of) == (6, 20)
    assert (figures[Figure.ATTENDANCE].amount, figures[Figure.ATTENDANCE].of) == (5, 6)
    hours = session.get(Fact, (Measure.HOURS, f"{held.id}:{held.instructor_id}"))
    assert hours is not None
    assert hours.amount == 120
    assert figures[Figure.HOURS].is_hidden


def test_repeated_jobs_count_nothing_twice(session: Session, clock: SettableClock, drain: Callable[[], int]) -> None:
    held = a_held_lecture(session, clock)
    drain()
    before = everything(session)

    service.count_seats(session, held.activity_id)
    service.count_attendance(session, held.id)
    service.count_hours(session, held.id, held.instructor_id, 120)

    assert everything(session) == before


def test_a_mark_that_is_set_right_later_sets_the_figure_right(
    session: Session, clock: SettableClock, drain: Callable[[], int]
) -> None:
    held = a_held_lecture(session, clock, ("김하나", "이두리", "박세나", "최다정"))
    drain()
    now = clock.now()
    activities.mark_attendance(session, held.id, held.absent, AttendanceState.PRESENT, by=held.manager_id, now=now)

    drain()

    assert queries.total(session, NOVEMBER)[Figure.ATTENDANCE].amount == 5


def test_a_cancelled_activity_offered_no_seats(
    session: Session, clock: SettableClock, drain: Callable[[], int]
) -> None:
    village = a_village(session)
    manager = a_manager(session, village).id
    activity = an_activity(session, village, manager, seats=30)
    drain()
    before = queries.total(session, NOVEMBER)[Figure.SEATS]
    activities.cancel_activity(session, activity, reason="비", by=manager, now=clock.now())
    drain()

    assert (before.amount, before.of) == (0, 30)
    assert queries.total(session, NOVEMBER)[Figure.SEATS] == Shown(None)


def test_a_request_counts_when_opened_and_as_matched_while_it_has_its_lecture(
    session: Session, clock: SettableClock, drain: Callable[[], int]
) -> None:
    request_id = a_request(session, by=a_neighbour(session), number=6)
    drain()
    opened = queries.total(session, NOVEMBER)
    clock.advance(timedelta(days=2))
    learning_requests.pool(session, [request_id], group_id=request_id, now=clock.now())
    learning_requests.schedule(session, [request_id], activity_id=request_id, now=clock.now())
    service.count_request(session, request_id, now=clock.now())
    clock.advance(timedelta(days=2))
    service.count_request(session, request_id, now=clock.now())
    matched = queries.total(session, NOVEMBER)
    learning_requests.reopen(session, [request_id], now=clock.now())
    service.count_request(session, request_id, now=clock.now())

    assert (opened[Figure.REQUESTS].value, opened[Figure.MATCH_RATE].value) == (1, 0)
    assert (matched[Figure.DAYS].value, matched[Figure.MATCH_RATE].value) == (2, 1)
    assert queries.total(session, NOVEMBER)[Figure.MATCH_RATE].value == 0


def test_small_groups_are_hidden_and_the_only_one_not_alone() -> None:
    shown = {name: Shown(people, people, people, people) for name, people in (("a", 3), ("b", 40), ("c", 9), ("d", 0))}

    hidden = {name for name, each in hide_small(shown).items() if each.is_hidden}
    two_small = {name for name, each in hide_small(shown | {"c": Shown(4, 4, 4, 4)}).items() if each.is_hidden}

    assert hidden == {"a", "c"}
    assert two_small == {"a", "c"}
    assert hide_small({"b": Shown(40, people=40)})["b"].value == 40
    assert hide_small({"a": Shown(4, 4, 4, 4)})["a"] == Shown(None, people=4, is_hidden=True)


def test_five_sessions_of_one_volunteer_are_one_person(session: Session) -> None:
    village, person = a_village(session), a_resident(session).id
    for number in range(5):
        a_fact(session, Measure.HOURS, str(number), village, amount=60, person_id=person)
    hidden = queries.total(session, NOVEMBER)[Figure.HOURS]
    for number in range(4):
        a_fact(session, Measure.HOURS, f"other {number}", village, amount=60, person_id=a_resident(session).id)

    assert hidden.is_hidden
    assert queries.total(session, NOVEMBER)[Figure.HOURS].value == 540


def test_staff_see_all_villages_and_each_number_opens_to_its_rows(client: Visitor, session: Session) -> None:
    north, south = a_village(session, "북쪽마을"), a_village(session, "남쪽마을")
    for number in range(6):
        a_fact(session, Measure.REQUESTS, f"n{number}", north)
        a_fact(session, Measure.REQUESTS, f"s{number}", south)
    client.sign_in(a_staff_member(session).id)

    page = client.get("/figures").text
    rows = client.get(f"/figures/rows?figure=requests&village={north}").text
    one = client.get(f"/figures?village={north}").text

    assert "북쪽마을" in page
    assert "남쪽마을" in page
    assert "figure=requests" in page
    assert rows.count('href="/learning-requests"') == 6
    assert "마을별 현황" not in one


def test_a_hidden_number_opens_to_nothing(client: Visitor, session: Session) -> None:
    a_fact(session, Measure.REQUESTS, "only", a_village(session))
    client.sign_in(a_staff_member(session).id)

    page = client.get("/figures").text
    rows = client.get("/figures/rows?figure=requests").text

    assert "5명 미만" in page
    assert 'href="/learning-requests"' not in rows
    assert queries.rows(session, Figure.REQUESTS, NOVEMBER) == []


def test_managers_see_their_own_village_and_residents_none(client: Visitor, session: Session) -> None:
    own, other = a_village(session, "우리마을"), a_village(session, "남의마을")
    for village in (own, other):
        a_fact(session, Measure.REQUESTS, str(village), village, people=9)
    client.sign_in(a_manager(session, own).id)

    mine = client.get("/figures").text
    answers = [client.get(f"{path}village={other}").status_code for path in ("/figures?", "/figures.csv?")]
    rows = client.get(f"/figures/rows?figure=requests&village={other}").status_code
    client.sign_in(a_resident(session).id)

    assert "우리마을" in mine
    assert "남의마을" not in mine
    assert [*answers, rows] == [403] * 3
    assert client.get("/figures").status_code == 403
    client.sign_in(an_operator(session).id)
    assert client.get("/figures").status_code == 200


def test_the_file_is_for_spreadsheets_and_carries_no_formula(client: Visitor, session: Session) -> None:
    village = a_village(session, "=1+1")
    for number in range(6):
        a_fact(session, Measure.REQUESTS, str(number), village)
    client.sign_in(a_staff_member(session).id)

    answer = client.get("/figures.csv")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["마을", "'=1+1", "모두 합쳐"]
    assert lines[1][1] == "6"
    assert harmless("@SUM(A1)") == "'@SUM(A1)"


@pytest.mark.parametrize("address", ["/figures?months=x&village=", "/figures?months=999", "/figures?village=abc"])
def test_strange_addresses_show_the_usual_page(client: Visitor, session: Session, address: str) -> None:
    client.sign_in(a_staff_member(session).id)

    assert client.get(address).status_code == 200
    assert client.get("/figures/rows?figure=salary").status_code == 404


def test_the_page_asks_as_often_for_thirty_villages_as_for_one(
    client: Visitor, session: Session, max_queries: Callable[[int], Any]
) -> None:
    for number in range(30):
        village = a_village(session, f"{number + 1}번 마을")
        for measure in Measure:
            a_fact(session, measure, f"{measure} {number}", village, people=9, amount=3, of=5)
    client.sign_in(a_staff_member(session).id).set_cookie("language", "en")

    with max_queries(12):
        page = client.get("/figures").text

    assert "Every number opens to its rows" in page
    assert len(villages.villages(session)) == 30


def test_figures_are_heard_by_those_who_may_see_them(session: Session, clock: SettableClock) -> None:
    village, heard = a_village(session), Streams()
    for each in streams:
        heard.add(each)
    staff, manager, person = a_staff_member(session).id, a_manager(session, village).id, a_resident(session).id

    def hears(who: Any, name: str) -> bool:
        return heard.may_listen(session, who, name)

    assert hears(staff, "figures")
    assert hears(staff, f"figures:{village}")
    assert hears(manager, f"figures:{village}")
    assert not hears(manager, "figures")
    assert not hears(manager, f"figures:{person}")
    assert not hears(person, f"figures:{village}")
    assert not hears(None, "figures")


def everything(session: Session) -> list[tuple[Any, ...]]:
    rows = session.execute(sa.select(Fact.measure, Fact.key, Fact.amount, Fact.of).order_by(Fact.measure, Fact.key))
    return [tuple(row) for row in rows]
