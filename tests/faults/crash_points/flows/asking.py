"""From a wish to the question to a volunteer."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.invitations import always_asking
from tests.factories.learning_requests import a_request
from tests.factories.matching import a_run
from tests.faults.crash_points.flow import flow
from tests.faults.crash_points.stage import Stage
from tests.journeys.city import City
from tests.journeys.journey import TIMES
from village_hub.learning_requests import service as learning_requests
from village_hub.matching import queries as matching
from village_hub.matching.models import Proposal

NEW = "/learning-requests/new"


def a_wish(session: Session, city: City) -> UUID:
    """A request for five."""
    return a_request(session, by=city.resident, topic_id=city.topic, number=5)


def a_wish_for_one(session: Session, city: City) -> UUID:
    """A request that others can join."""
    return a_request(session, by=city.resident, topic_id=city.topic)


def a_proposal(session: Session, city: City) -> UUID:
    """What a match run has made of it."""
    a_wish(session, city)
    a_run(session)
    return matching.proposals_of_village(session, city.village)[-1].id


@flow()
def open_a_request_that_is_matched(stage: Stage) -> None:
    resident = stage.city.resident
    when = stage.press(resident, NEW, NEW, topic_id=str(stage.city.topic))
    check = stage.send(resident, when.forms[-1], weekly=TIMES, number="5")
    stage.send(resident, check.forms[-1], words="손주 사진을 잘 찍고 싶어요.")
    stage.work()
    stage.find(sa.select(Proposal.id))


@flow(given=a_wish_for_one)
def join_a_request(stage: Stage) -> None:
    neighbour = stage.city.neighbours[0]
    found = stage.press(neighbour, NEW, NEW, topic_id=str(stage.city.topic))
    stage.send(neighbour, found.form("/companions"))
    stage.work()


@flow(given=a_wish)
def withdraw_a_request(stage: Stage) -> None:
    stage.press(stage.city.resident, f"/learning-requests/{stage.given}/withdrawal", "/withdrawal")
    stage.work()


@flow(given=a_proposal)
def invite(stage: Stage) -> None:
    board = f"/villages/{stage.city.village}/board"
    stage.press(stage.city.manager, board, f"/proposals/{stage.given}/asking")
    stage.work()


def ask_two_at_once(session: Session, city: City) -> None:
    today = session.info["clock"].now().date()
    learning_requests.set_rules(session, valid_from=today.replace(day=1), rules=always_asking(2))
    session.flush()
