"""Many people press at the same moment, over HTTP, on real processes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from requests import Response

from tests.activities.test_seats_race import enrolments
from tests.factories.activities import an_activity
from tests.factories.people import a_resident
from tests.journeys.city import City
from tests.journeys.forms import PageForm
from tests.journeys.installation import Installation, scaled
from tests.journeys.journey import Journey
from tests.journeys.visitor import Visitor
from tests.journeys.waiting import within
from village_hub.invitations.models import Invitation
from village_hub.learning_requests import service as learning_requests

pytestmark = pytest.mark.servers
PEOPLE, SEATS = 200, 30
HASTY = [sys.executable, "-m", "tests.journeys.hasty_server"]

Ready = tuple[Visitor, PageForm]


@pytest.fixture
def hasty(city: City, own_url: str, tmp_path: Path) -> Iterator[Installation]:
    """The installation without the locks and the unique indexes that keep people in line."""
    with city.database.engine.begin() as connection:
        for index in ("uq_enrolment_seat", "uq_invitation_accepted_group"):
            connection.execute(sa.text(f"DROP INDEX {index}"))
    with scaled(own_url, tmp_path / "home", serve=HASTY) as started:
        yield started


def test_the_first_yes_takes_the_group_and_the_second_hears_a_kind_word(installation: Installation, city: City) -> None:
    asked = both_asked(installation, city)

    answers = at_once(asked)

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert "감사합니다" in late.text or "고맙습니다" in late.text
    assert yeses(city) == 1


def test_control_without_the_lock_both_have_said_yes(hasty: Installation, city: City) -> None:
    asked = both_asked(hasty, city)

    at_once(asked)

    assert yeses(city) == 2


def test_exactly_as_many_sit_as_there_are_seats_and_the_rest_wait_in_one_line(
    installation: Installation, city: City
) -> None:
    activity, everybody = all_ready(installation, city, PEOPLE)

    answers = at_once(everybody)

    assert {answer.status_code for answer in answers} == {200}
    rows = enrolments(city.database, activity)
    assert [row.place_in_line for row in rows] == list(range(1, PEOPLE + 1))
    assert [row.state for row in rows] == ["seated"] * SEATS + ["waiting"] * (PEOPLE - SEATS)
    assert sorted(row.seat_no for row in rows if row.seat_no) == list(range(1, SEATS + 1))


def test_control_without_the_lock_too_many_sit(hasty: Installation, city: City) -> None:
    activity, everybody = all_ready(hasty, city, 60)

    at_once(everybody)

    seats = [row.seat_no for row in enrolments(city.database, activity) if row.state == "seated"]
    assert len(seats) > SEATS or len(set(seats)) < len(seats)


def both_asked(installation: Installation, city: City) -> list[Ready]:
    """Two volunteers, each with the same group's invitation open before them."""
    with city.database.write_session() as session:
        today = city.database.clock.now().date()
        learning_requests.set_rules(session, valid_from=today.replace(day=1), rules={"ask_at_once": 2})
    journey = Journey(installation, city)
    for step in journey.steps()[:6]:
        step()
    assert within(10, lambda: len(asked(city)) == 2)
    return [
        (journey.by(person), journey.by(person).form(f"/invitations/{each}", "/acceptance"))
        for each, person in asked(city)
    ]


def asked(city: City) -> list[tuple[UUID, UUID]]:
    """The invitations that wait for an answer, and who is asked."""
    with city.database.read_session() as session:
        query = sa.select(Invitation.id, Invitation.instructor_id).where(Invitation.state == "needs_action")
        return [(each, person) for each, person in session.execute(query)]


def yeses(city: City) -> int:
    """How many invitations were accepted."""
    with city.database.read_session() as session:
        return session.scalar(sa.select(sa.func.count()).where(Invitation.state == "accepted")) or 0


def all_ready(installation: Installation, city: City, people: int) -> tuple[UUID, list[Ready]]:
    """An activity with thirty seats, and many people with its page open before them."""
    with city.database.write_session() as session:
        activity = an_activity(session, city.village, city.manager, seats=SEATS)
        crowd = [a_resident(session, f"주민{number}").id for number in range(people)]
    visitors = [Visitor(installation, city.token(each)) for each in crowd]
    page = f"/activities/{activity}"
    return activity, [(visitor, visitor.form(page, "/enrolments")) for visitor in visitors]


def at_once(ready: list[Ready]) -> list[Response]:
    """Everybody presses at the same moment."""
    gate = threading.Barrier(len(ready))

    def press(visitor: Visitor, form: PageForm) -> Response:
        gate.wait()
        return visitor.send(form)

    with ThreadPoolExecutor(len(ready)) as crowd:
        return list(crowd.map(lambda each: press(*each), ready))
