"""Our own use cases as transactions that can be stepped, and what they work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import an_activity
from tests.faults.races.arena import a_free_day, asked, residents, volunteers
from tests.faults.races.groups import a_group
from tests.faults.races.interleaving import Undone
from tests.journeys.city import City
from village_hub.activities import service as activities_service
from village_hub.invitations import service as invitations
from village_hub.kernel.errors import DomainError
from village_hub.kernel.events import RecordedEvent
from village_hub.matching import service as matching
from village_hub.matching.events import ProposalChanged
from village_hub.matching.models import Proposal

Wrong = Iterator[str]
UseCase = Callable[[Session], Any]


@dataclass(frozen=True)
class Pair:
    """Two transactions, the second with sessions of its own, and what is wrong after both came to their end."""

    first: UseCase
    second: Callable[[], Any]
    wrong: Callable[[Session, Any, Any], Wrong]


def alone(city: City, act: UseCase) -> Callable[[], Any]:
    """The use case in a transaction of its own."""

    def run() -> Any:
        with city.database.write_session() as session:
            return act(session)

    return run


def undo(_session: Session) -> None:
    raise Undone


def edit(session: Session, proposal: UUID, choice: tuple[UUID, datetime], seen: str | None = None) -> None:
    by, starts_at = choice
    matching.change(session, proposal, starts_at=starts_at, by=by, now=now_of(session), seen=seen)


def is_torn(session: Session, proposal: UUID, choices: dict[UUID, datetime]) -> Wrong:
    """Whether a proposal's plan is another one than the learning manager chose whom the last fact names."""
    query = sa.select(RecordedEvent.actor, RecordedEvent.payload).where(RecordedEvent.type == ProposalChanged.type)
    facts = session.execute(query.order_by(RecordedEvent.seq.desc())).all()
    last = next((each.actor for each in facts if each.payload["proposal_id"] == str(proposal)), None)
    plan = session.get_one(Proposal, proposal, populate_existing=True).starts_at
    if (plan != choices[last]) if last else (plan in choices.values()):
        yield "the plan is one learning manager's, the last fact another's"


def enrol(session: Session, activity: UUID, person: UUID) -> str:
    return activities_service.enrol(session, activity, person, now=now_of(session)).state


def give_back(session: Session, activity: UUID, person: UUID) -> None:
    with suppress(DomainError):
        activities_service.cancel_enrolment(session, activity, person, now=now_of(session))


def accept(session: Session, question: UUID, by: UUID) -> str:
    return invitations.accept(session, question, by=by, now=now_of(session))


def a_proposal(city: City) -> UUID:
    with city.database.write_session() as session:
        return a_group(session, volunteers(session, 1), city.venues[0], a_free_day(session))


def choices_of_two(city: City) -> dict[UUID, datetime]:
    """Two learning managers, and the time that each of them wants."""
    with city.database.write_session() as session:
        return {each: a_free_day(session) for each in residents(session, 2)}


def open_questions(city: City, number: int) -> tuple[list[UUID], list[UUID]]:
    """Open questions for the same room and hour, and the volunteers who are asked."""
    with city.database.write_session() as session:
        people_asked, starts_at = volunteers(session, number), a_free_day(session)
        return [next(asked(session, [each], city.venues[0], starts_at)) for each in people_asked], people_asked


def activity_with(city: City, *, seats: int) -> UUID:
    with city.database.write_session() as session:
        return an_activity(session, city.village, city.manager, seats=seats)


def people_of(city: City, number: int) -> list[UUID]:
    with city.database.write_session() as session:
        return residents(session, number)


def now_of(session: Session) -> datetime:
    now: datetime = session.info["clock"].now()
    return now
