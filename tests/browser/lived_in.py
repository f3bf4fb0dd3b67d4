"""A village with something of everything, in every state that a page can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity
from tests.factories.learning_requests import a_request
from tests.factories.matching import a_proposal
from tests.factories.people import a_resident
from tests.factories.places import settle
from tests.factories.what_if import a_measured_run, a_what_if
from tests.home.living_village import LivingVillage, a_living_village
from village_hub.activities import queries as activities
from village_hub.activities import service as activities_service
from village_hub.activities.models import ActivitySession, AttendanceState
from village_hub.feedback import service as feedback
from village_hub.imports import service as imports
from village_hub.imports.reading import Kind
from village_hub.invitations import service as invitations
from village_hub.kernel.db import Database
from village_hub.kernel.jobs import due
from village_hub.kernel.mail import ListMailer
from village_hub.learning_requests import service as learning_requests
from village_hub.matching.models import Proposal
from village_hub.people import service as people
from village_hub.web import hub
from village_hub.what_if import service as what_if
from workers.actor import Ports
from workers.relay import relay
from workers.running import run

#: Names and titles at both ends of what happens.
LONG_NAME = "남궁하늘보라빛나라사랑별님"
LONG_TITLE = "처음부터 천천히 함께 배우는 우리 동네 어르신 스마트폰 사진과 동영상 편집 교실 (초급, 오전반)"
#: One district that is new, one whose place and name cannot be read.
DISTRICTS = """adm_code10,sgg_code5,sido,sgg,dong,centroid_lon,centroid_lat,pop_total_2023_09,pop_65plus
4145099000,41450,경기도,하남시,새마을동,127.20000,37.55000,9000,2000
4145098000,41450,경기도,하남시,,east,37.55000,many,2000
"""


@dataclass(frozen=True)
class LivedIn:
    """For each part of an address the things worth looking at, and a sign-in for each role."""

    things: dict[str, list[Any]]
    tokens: dict[str, str | None]


def lived_in(database: Database, app: Flask) -> LivedIn:
    """Fill an empty database, and carry out what follows from it."""
    with database.write_session() as session:
        village = a_living_village(session)
        things = {name: [value] for name, value in village.things.items()}
        _more(session, village, things)
        things["run_id"] += [
            _handed_in(session, village.people["operator"].id, hub.of(app).settings.home / name, text)
            for name, text in (("dong.csv", DISTRICTS), ("letter.csv", "안녕하세요"))
        ]
    _carry_out(database, app)
    with database.write_session() as session:
        proposed = sa.select(Proposal.id).where(Proposal.state.in_(["proposed", "asked"]))
        things["proposal_id"] = list(session.scalars(proposed))
        now = database.clock.now()
        signed_in = {
            role: people.open_sign_in(session, person.id, now=now, device="test")
            for role, person in village.people.items()
        }
    return LivedIn(things, {"stranger": None} | signed_in)


def _more(session: Session, village: LivingVillage, things: dict[str, list[Any]]) -> None:
    manager, resident = village.people["manager"].id, village.people["resident"].id
    neighbours = [_neighbour(session, name) for name in ("이순", LONG_NAME, *(f"주민{number}" for number in range(3)))]
    finished = _finished(session, village.village_id, manager, [resident, *neighbours], village.people["instructor"].id)
    full = an_activity(session, village.village_id, manager, title=LONG_TITLE, kind="festival", seats=2)
    for each in neighbours[:4]:
        a_seat(session, full, each)
    off = an_activity(session, village.village_id, manager, title="비가 와서 쉬는 산책", kind="event")
    now = session.info["clock"].now()
    activities_service.cancel_activity(session, off, reason="비가 많이 옵니다.", by=manager, now=now)
    refused = a_request(session, by=neighbours[0], words="오전이면 좋겠어요.")
    a_measured_run(session)
    learning_requests.mark_unserved(session, refused, words="강사님이 안 계세요.", by=manager, now=now)
    things["request_id"] += [refused, *a_proposal(session).request_ids]
    things["activity_id"] += [finished, full, off]
    things["session_id"] += [activities.sessions_of(session, finished)[0].id]
    tried = a_what_if(session, by=village.people["staff"].id, rules={"maximum_group": 12.0, "waiting": 2.5})
    what_if.cancel(session, tried, by=village.people["staff"].id, now=now)
    things["what_if_id"] += [tried]
    things["token"] = [invitations.issue_link(session, things["invitation_id"][0])]


def _handed_in(session: Session, operator: UUID, path: Path, text: str) -> UUID:
    path.write_text(text, encoding="utf-8")
    now, size = session.info["clock"].now(), path.stat().st_size
    return imports.upload(
        session, Kind.DISTRICTS, file_name=path.name, size=size, stored_at=str(path), by=operator, now=now
    )


def _neighbour(session: Session, name: str) -> UUID:
    person = a_resident(session, name)
    settle(session, person.id)
    return person.id


def _finished(session: Session, village_id: UUID, manager: UUID, people_there: list[UUID], instructor: UUID) -> UUID:
    """A lecture of today that is over, with attendance and what people said."""
    now = session.info["clock"].now()
    soon = now + timedelta(minutes=5)
    details: dict[str, Any] = {"kind": "lecture", "seats": 20, "instructor_id": instructor, "place_text": "마을 회관"}
    lecture = an_activity(session, village_id, manager, title="스마트폰 사진", starts_at=soon, **details)
    for each in people_there:
        a_seat(session, lecture, each)
    session.flush()
    held = activities.sessions_of(session, lecture)[0].id
    began = {"starts_at": now - timedelta(hours=2), "ends_at": now}
    session.execute(sa.update(ActivitySession).where(ActivitySession.id == held).values(**began))
    for each in people_there:
        activities_service.mark_attendance(session, held, each, AttendanceState.PRESENT, by=manager, now=now)
    activities_service.add_walk_in(session, held, "지나가던 이웃", by=manager, now=now)
    activities_service.complete_session(session, held, by=manager, now=now)
    for each in people_there[:4]:
        feedback.give(session, held, stars=5, words="또 듣고 싶어요.", by=each, now=now)
    return lecture


def _carry_out(database: Database, app: Flask) -> None:
    """What workers do with the facts so far."""
    ports = Ports(app, database, ListMailer())
    while True:
        while relay(database):
            pass
        with database.read_session() as session:
            waiting = due(session, now=database.now(session))
        if not waiting:
            return
        for job_id in waiting:
            run(database, job_id, ports)
