"""One form pressed ten times at the same moment has one effect and one answer, also when the web process is killed.

Its key is committed with the effect, so that a crash leaves neither a key without effect nor an effect without a key.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from tests.factories.activities import an_activity
from tests.factories.learning_requests import a_neighbour, a_request
from tests.faults.races.arena import Arena, a_free_day, asked, residents, volunteers
from tests.faults.races.crowd import Answer, Device, Press, at_once, following
from tests.faults.races.webs import serving
from tests.journeys.city import City
from tests.journeys.waiting import within
from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent

pytestmark = pytest.mark.servers
PRESSES = 10
#: Facts of how somebody came to be there.
ARRIVING = ("person.registered", "person.settled", "role.granted")
#: Whose form it is, and the form, filled in.
Filled = tuple[UUID, Press]


def signing_up(arena: Arena) -> Filled:
    with arena.city.database.write_session() as session:
        activity, (one,) = an_activity(session, arena.city.village, arena.city.manager), residents(session, 1)
    return one, arena.devices(one)[0].press(f"/activities/{activity}", "/enrolments")


def wishing(arena: Arena) -> Filled:
    with arena.city.database.write_session() as session:
        one = a_neighbour(session, "바람이")
    when = arena.devices(one)[0].press("/learning-requests/new", "/new")
    return one, following(following(when))


def joining_a_wish(arena: Arena) -> Filled:
    with arena.city.database.write_session() as session:
        request, one = a_request(session), a_neighbour(session, "함께이")
    when = arena.devices(one)[0].press("/learning-requests/new", "/new")
    return one, replace(following(when), path=f"/learning-requests/{request}/companions")


def saying_yes(arena: Arena) -> Filled:
    with arena.city.database.write_session() as session:
        (one,) = volunteers(session, 1)
        (question,) = asked(session, [one], arena.city.venues[0], a_free_day(session))
    return one, arena.devices(one)[0].press(f"/invitations/{question}", "/acceptance")


def offering(arena: Arena) -> Filled:
    with arena.city.database.write_session() as session:
        one = a_neighbour(session, "새나눔")
    return one, arena.devices(one)[0].press("/talents/new", "/talents")


def planning(arena: Arena) -> Filled:
    manager = arena.managers[1]
    what = arena.devices(manager)[0].press("/activities/new", "/new")
    when = following(what, starts="10:00", ends="12:00")
    seats = following(following(when, place_text="마을 회관"))
    return manager, following(seats)


FORMS = (signing_up, wishing, joining_a_wish, saying_yes, offering, planning)


@pytest.mark.parametrize("filling", FORMS, ids=lambda each: each.__name__)
def test_ten_at_once_have_one_effect_and_one_answer(arena: Arena, filling: Callable[[Arena], Filled]) -> None:
    person, press = filling(arena)

    answers = ten_times(arena, press)

    assert {(each.status, each.location) for each in answers} == {(303, answers[0].location)}
    assert set(recorded(arena.city.database, person).values()) == {1}
    assert arena.broken_invariants() == []


@pytest.mark.parametrize("filling", FORMS, ids=lambda each: each.__name__)
def test_control_without_the_key_they_are_answered_differently_or_have_more_effects(
    hasty_arena: Arena, filling: Callable[[Arena], Filled]
) -> None:
    person, press = filling(hasty_arena)

    answers = ten_times(hasty_arena, press)

    is_one_answer = len({(each.status, each.location) for each in answers}) == 1
    assert not is_one_answer or max(recorded(hasty_arena.city.database, person).values()) > 1


def test_other_content_under_the_same_key_is_refused_and_says_what_to_do(arena: Arena) -> None:
    person, press = wishing(arena)
    at_once([press])

    (answer,) = at_once([press.saying(words="손주 사진을 찍고 싶어요.")])

    assert answer.status == 409
    assert "다시" in answer.text
    assert set(recorded(arena.city.database, person).values()) == {1}


def test_the_key_of_one_person_is_no_use_to_another(arena: Arena) -> None:
    _, press = signing_up(arena)
    key = dict(press.pairs)["idempotency_key"]
    with arena.city.database.write_session() as session:
        (other,) = residents(session, 1)
    theirs = press.by(arena.city.token(other)).keyed(key)

    answers = at_once([press, theirs, press, theirs])

    assert {each.status for each in answers} == {303}
    assert recorded(arena.city.database, other) == {"enrolment.confirmed": 1}


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
def test_after_a_kill_the_same_form_works_and_has_one_effect(
    city: City, own_url: str, tmp_path: Path, moment: str
) -> None:
    answers = pressed_before_and_after_a_kill(city, own_url, tmp_path, moment)

    assert [each.status for each in answers] == [0, 303, 303]
    assert answers[1].location == answers[2].location != "/"
    assert recorded(city.database, city.resident)["enrolment.confirmed"] == 1


def test_control_a_key_that_is_kept_before_the_effect_stays_stuck(city: City, own_url: str, tmp_path: Path) -> None:
    pressed_before_and_after_a_kill(city, own_url, tmp_path, "after the key")

    assert "enrolment.confirmed" not in recorded(city.database, city.resident)


def ten_times(arena: Arena, press: Press) -> list[Answer]:
    """The very same form on every web process."""
    ports = cycle(arena.webs.ports)
    return at_once([replace(press, port=next(ports)) for _ in range(PRESSES)])


def pressed_before_and_after_a_kill(city: City, url: str, folder: Path, moment: str) -> list[Answer]:
    """The answers to one form: when the process dies, when it is back, and once more."""
    with city.database.write_session() as session:
        activity = an_activity(session, city.village, city.manager)
    mark = folder / "died"
    dying = ["env", f"MOMENT={moment}", f"MARK={mark}", sys.executable, "-m", "tests.faults.races.dying_server"]
    with serving(url, folder / "home", number=1, serve=dying) as webs:
        press = Device(webs.ports[0], city.token(city.resident)).press(f"/activities/{activity}", "/enrolments")
        died = at_once([press])
        assert within(60, webs.answer)
        return [*died, *at_once([press]), *at_once([press])]


def recorded(database: Database, person: UUID) -> Counter[str]:
    """What this person has done, by what was written down: each fact, and how often."""
    mine = sa.select(RecordedEvent.type).where(RecordedEvent.actor == person, ~RecordedEvent.type.in_(ARRIVING))
    with database.read_session() as session:
        return Counter(session.scalars(mine))
