"""A thousand people press at the same moment for thirty seats, then hundreds leave: over HTTP, on real web processes.

The history that was written down is held against the rules of a line, fact by fact; the control runs the same check on
web processes without locks and constraints, where it fails.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa

from tests.factories.activities import an_activity
from tests.factories.people import a_resident
from tests.faults.races.crowd import Answer, Device, at_once
from tests.faults.races.haste import without_constraints
from tests.faults.races.line import broken_rules
from tests.faults.races.webs import HASTY, Webs, serving
from tests.faults.spine_ports import PORTS
from tests.journeys.city import City
from village_hub.activities.events import EnrolmentPromoted
from village_hub.activities.models import Enrolment
from village_hub.doctor import INVARIANTS
from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.invariant import broken
from village_hub.kernel.jobs import Job
from village_hub.notifications.models import Notice
from village_hub.people import service as people
from workers.actors import notifications
from workers.relay import relay
from workers.running import run

pytestmark = pytest.mark.servers
PEOPLE, SEATS, LEAVING, SEVERAL = 1000, 30, 300, 20


@dataclass(frozen=True)
class Crowd:
    """An activity, and the sign-ins of everybody who wants a seat, by person."""

    database: Database
    activity: UUID
    tokens: dict[UUID, str]

    @property
    def page(self) -> str:
        return f"/activities/{self.activity}"


def test_a_thousand_for_thirty_seats_and_three_hundred_leave(
    city: City, own_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    crowd = a_crowd(city, PEOPLE)

    with serving(own_url, tmp_path / "home", number=processes(own_url)) as webs:
        started = time.monotonic()
        answers = everybody_presses(crowd, webs)
        seconds = time.monotonic() - started

        assert Counter(each.status for each in answers) == {303: PEOPLE}
        assert wrong(crowd) == []
        assert counted(crowd) == {"seated": SEATS, "waiting": PEOPLE - SEATS}

        leaving = some_leave(crowd, webs, Random(3))

    told, seated = told_of_a_seat(crowd), set(promoted(crowd)) & set(in_line(crowd, "seated"))
    record_property("1,000 people, 30 seats: seconds until the last answer", round(seconds, 1))
    assert Counter(each.status for each in leaving) == {303: LEAVING}
    assert wrong(crowd) == []
    assert counted(crowd) == {"seated": SEATS, "waiting": PEOPLE - SEATS - LEAVING, "cancelled": LEAVING}
    assert len(seated) > 5
    assert told == Counter(seated)


def test_control_without_locks_the_line_is_broken(city: City, own_url: str, tmp_path: Path) -> None:
    crowd = a_crowd(city, 60)
    without_constraints(city.database)

    with serving(own_url, tmp_path / "home", number=processes(own_url), serve=HASTY) as webs:
        everybody_presses(crowd, webs)

    assert any("people on 30 seats" in each or "one seat" in each for each in wrong(crowd))


def processes(url: str) -> int:
    """Of a file one, which is how it is run; of a server two."""
    return 1 if url.startswith("sqlite") else 2


def a_crowd(city: City, number: int) -> Crowd:
    """An activity with thirty seats, and so many people who are signed in."""
    with city.database.write_session() as session:
        activity = an_activity(session, city.village, city.manager, seats=SEATS)
        everybody = [a_resident(session, f"주민{each}").id for each in range(number)]
        now = city.database.clock.now()
        tokens = {each: people.open_sign_in(session, each, now=now) for each in everybody}
    return Crowd(city.database, activity, tokens)


def everybody_presses(crowd: Crowd, webs: Webs) -> list[Answer]:
    """The page is opened once; the button is pressed by everybody, each signed in and with a key of their own."""
    opened = Device(webs.ports[0], next(iter(crowd.tokens.values()))).press(crowd.page, "/enrolments")
    ports = cycle(webs.ports)
    return at_once([opened.by(token, port=next(ports)) for token in crowd.tokens.values()])


def some_leave(crowd: Crowd, webs: Webs, chance: Random) -> list[Answer]:
    """People with a seat and people who wait cancel in any order, several at the same moment."""
    order = in_line(crowd)
    leaving = chance.sample(order[: PEOPLE // 2], LEAVING)
    opened = Device(webs.ports[0], crowd.tokens[order[0]]).press(crowd.page, "/enrolments/end")
    ports = cycle(webs.ports)
    presses = [opened.by(crowd.tokens[each], port=next(ports)) for each in leaving]
    waves = (presses[first : first + SEVERAL] for first in range(0, LEAVING, SEVERAL))
    return [answer for wave in waves for answer in at_once(wave)]


def wrong(crowd: Crowd) -> list[str]:
    """Everything that is not as it must be."""
    now = crowd.database.clock.now()
    with crowd.database.read_session() as session:
        breaches = [f"{each.invariant.name}: {each.named}" for each in broken(session, INVARIANTS, now=now)]
        return [*broken_rules(session, crowd.activity, SEATS), *breaches]


def counted(crowd: Crowd) -> dict[str, int]:
    """How many have a seat, wait, and have left."""
    query = sa.select(Enrolment.state, sa.func.count()).where(Enrolment.activity_id == crowd.activity)
    with crowd.database.read_session() as session:
        return dict(session.execute(query.group_by(Enrolment.state)).all())


def in_line(crowd: Crowd, *states: str) -> list[UUID]:
    """People in the order in which they came: everybody, or those in one of these states."""
    query = sa.select(Enrolment.person_id).where(Enrolment.activity_id == crowd.activity)
    wanted = query.where(Enrolment.state.in_(states)) if states else query
    with crowd.database.read_session() as session:
        return list(session.scalars(wanted.order_by(Enrolment.place_in_line)))


def promoted(crowd: Crowd) -> list[UUID]:
    """Whoever moved up, by what was written down."""
    mine = (RecordedEvent.stream == f"activity:{crowd.activity}", RecordedEvent.type == EnrolmentPromoted.type)
    with crowd.database.read_session() as session:
        return [UUID(each["person_id"]) for each in session.scalars(sa.select(RecordedEvent.payload).where(*mine))]


def told_of_a_seat(crowd: Crowd) -> Counter[UUID]:
    """How often each person was told of having moved up, when every such job is rung twice at the same moment."""
    while relay(crowd.database):
        pass
    with crowd.database.read_session() as session:
        ids = session.scalars(sa.select(Job.id).where(Job.actor == notifications.enrolment_promoted.name)).all()
    with ThreadPoolExecutor(4) as workers:
        list(
            workers.map(lambda each: run(crowd.database, each, PORTS), [twice for each in ids for twice in (each,) * 2])
        )
    with crowd.database.read_session() as session:
        return Counter(session.scalars(sa.select(Notice.person_id).where(Notice.key.startswith("enrolment.promoted:"))))
