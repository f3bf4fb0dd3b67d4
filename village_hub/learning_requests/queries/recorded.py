"""What was asked in the past, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from village_hub.kernel.events import RecordedEvent
from village_hub.learning_requests.events import LearningRequestWithdrawn
from village_hub.learning_requests.models import Companion, LearningRequest, State
from village_hub.learning_requests.queries.requests import Wish, wishes


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request from its first day on: whoever joined did so at a moment, until it was withdrawn, if it was."""

    wish: Wish
    opened_at: datetime
    joined: tuple[tuple[datetime, int], ...]
    withdrawn_at: datetime | None

    def people(self, moment: datetime) -> int:
        """How many it was for by then."""
        return self.wish.people - sum(number for joined_at, number in self.joined if joined_at > moment)


@dataclass(frozen=True, slots=True)
class Served:
    """A request that found its lecture: who had asked, when, and for how many."""

    requester_id: UUID
    opened_at: datetime
    people: int


def recorded(session: Session, before: datetime) -> list[Recorded]:
    """Every request that was opened before a moment, in the order of ids."""
    table = LearningRequest
    earlier = table.opened_at < before
    opened = dict(session.execute(select(table.id, table.opened_at).where(earlier)).all())
    joined: dict[UUID, list[tuple[datetime, int]]] = {}
    columns = (Companion.request_id, Companion.joined_at, Companion.people)
    query = select(*columns).join(table, table.id == Companion.request_id).where(earlier)
    for request_id, joined_at, people in session.execute(query.order_by(Companion.joined_at, Companion.person_id)):
        joined.setdefault(request_id, []).append((joined_at, people))
    told = select(RecordedEvent.payload, RecordedEvent.occurred_at).where(
        RecordedEvent.type == LearningRequestWithdrawn.type
    )
    withdrawn = {UUID(payload["request_id"]): moment for payload, moment in session.execute(told)}
    return [
        Recorded(each, opened[each.id], tuple(joined.get(each.id, ())), withdrawn.get(each.id))
        for each in wishes(session, earlier)
    ]


def served(session: Session) -> list[Served]:
    """The requests that have found their lecture, the earliest first."""
    table = LearningRequest
    found = table.state.in_([State.SCHEDULED, State.DONE])
    companions = select(func.coalesce(func.sum(Companion.people), 0)).where(Companion.request_id == table.id)
    columns = (table.requester_id, table.opened_at, table.people + companions.scalar_subquery())
    query = select(*columns).where(found)
    return [Served(*row) for row in session.execute(query.order_by(table.opened_at, table.id))]


def first_opened(session: Session) -> datetime | None:
    """When the first request was opened."""
    return session.scalars(select(LearningRequest.opened_at).order_by(LearningRequest.opened_at).limit(1)).first()
