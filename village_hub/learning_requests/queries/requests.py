"""What residents want, for their own pages, the learning manager's board and matching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from village_hub.learning_requests.models import WAITING, Companion, LearningRequest, RequestTime, State
from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.topics import queries as topics

LEVELS = ("any", "beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Wish:
    """A request as matching needs it; `people` counts companions, `weekly` is (weekday, starts, ends) in minutes."""

    id: UUID
    requester_id: UUID
    village_id: UUID
    topic_id: UUID
    level: str
    people: int
    lon: float
    lat: float
    reach_m: int
    venue_id: UUID | None
    language: str
    needs: tuple[str, ...]
    weekly: tuple[tuple[int, int, int], ...]
    from_date: date
    until_date: date
    waiting_since: datetime
    state: str
    companions: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change that would help: a code and how much of it, of whom or what, and when the class would be.

    `people` are how many more who want the same are needed besides.
    """

    code: str
    amount: int
    subject: str
    at: datetime | None
    venue_id: UUID | None = None
    people: int = 0


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What stands in the way, as a code with figures; `words` are the learning manager's own."""

    code: str
    figures: dict[str, Any]
    change: Change | None
    words: str
    #: The smallest change of each kind, first those that the resident can make, then volunteers, then the city.
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request as pages show it; `people` counts companions."""

    id: UUID
    requester_id: UUID
    village_id: UUID
    topic_id: UUID
    level: str
    people: int
    words: str
    place_kind: str
    venue_id: UUID | None
    reach_m: int
    language: str
    needs: tuple[str, ...]
    from_date: date
    until_date: date
    state: str
    owner_id: UUID | None
    next_step: str | None
    next_at: datetime | None
    opened_at: datetime
    waiting_since: datetime
    group_id: UUID | None
    activity_id: UUID | None
    why_not: WhyNot | None


@dataclass(frozen=True, slots=True)
class Named:
    """A request with the names that pages show beside it."""

    request: RequestFacts
    topic: str
    requester: str
    owner: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """Neighbours who want the same."""

    id: UUID
    people: int
    metres: int
    level: str
    weekly: tuple[tuple[int, int, int], ...]


def open_wishes(session: Session) -> list[Wish]:
    """Every request that waits for a group, in the order of ids."""
    return wishes(session, LearningRequest.state.in_([State.OPEN, State.POOLING]))


def wishes_by_id(session: Session, ids: Iterable[UUID]) -> dict[UUID, Wish]:
    """These requests as matching sees them, whatever their state."""
    return {each.id: each for each in wishes(session, LearningRequest.id.in_(set(ids)))}


def wishes(session: Session, condition: ColumnElement[bool]) -> list[Wish]:
    """Requests as matching sees them."""
    table = LearningRequest
    columns = (
        table.id, table.requester_id, table.village_id, table.topic_id, table.level, table.people, table.lon, table.lat,
        table.reach_m, table.venue_id, table.language, table.needs, table.from_date, table.until_date,
        table.waiting_since, table.state,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(condition).order_by(table.id)).all()
    ids = select(table.id).where(condition)
    weekly, joined = _weekly(session, ids), _companions(session, ids)
    return [
        Wish(
            **dict(row._mapping)
            | {
                "people": row.people + sum(count for _, count in joined.get(row.id, ())),
                "needs": tuple(row.needs),
                "weekly": tuple(weekly.get(row.id, ())),
                "companions": tuple(person for person, _ in joined.get(row.id, ())),
            }
        )
        for row in rows
    ]


def request(session: Session, request_id: UUID) -> RequestFacts | None:
    """One request, or None."""
    return next(iter(_facts(session, LearningRequest.id == request_id)), None)


def requests(session: Session, ids: Iterable[UUID]) -> dict[UUID, RequestFacts]:
    """These requests."""
    return {each.id: each for each in _facts(session, LearningRequest.id.in_(set(ids)))}


def requests_of(session: Session, person_id: UUID) -> list[RequestFacts]:
    """What a person asked for or joined, what waits first, then the newest first."""
    joined = select(Companion.request_id).where(Companion.person_id == person_id)
    mine = (LearningRequest.requester_id == person_id) | LearningRequest.id.in_(joined)
    return sorted(_facts(session, mine), key=lambda each: (each.state not in WAITING, -each.opened_at.timestamp()))


def people_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Who is part of each request: the requester first, then the companions."""
    wanted = set(ids)
    asked = select(LearningRequest.id, LearningRequest.requester_id).where(LearningRequest.id.in_(wanted))
    joined = _companions(session, list(wanted))
    return {
        request_id: (requester, *(person for person, _ in joined.get(request_id, ())))
        for request_id, requester in session.execute(asked)
    }


def places_wanted(session: Session, ids: Iterable[UUID]) -> dict[UUID, dict[UUID, int]]:
    """For how many people each member of a request asks: request → person → people."""
    wanted = set(ids)
    table = LearningRequest
    asked = select(table.id, table.requester_id, table.people).where(table.id.in_(wanted))
    joined = _companions(session, list(wanted))
    return {
        request_id: {requester: people} | dict(joined.get(request_id, ()))
        for request_id, requester, people in session.execute(asked)
    }


def weekly_of(session: Session, request_id: UUID) -> tuple[tuple[int, int, int], ...]:
    """The times of the week that suit a request."""
    return tuple(_weekly(session, [request_id]).get(request_id, ()))


def similar_nearby(
    session: Session, topic_id: UUID, lon: float, lat: float, *, within_m: float = 3000, but: UUID | None = None
) -> list[Nearby]:
    """Requests for the same topic that wait within a walk or a bus ride, the nearest first; not those of `but`."""
    table = LearningRequest
    found = wishes(session, (table.topic_id == topic_id) & table.state.in_([State.OPEN, State.POOLING]))
    near = [
        Nearby(each.id, each.people, round(metres), each.level, each.weekly)
        for each in found
        if but not in (each.requester_id, *each.companions)
        and (metres := places.distance(lon, lat, each.lon, each.lat)) <= within_m
    ]
    return sorted(near, key=lambda each: (each.metres, each.id))


def unanswered(session: Session, village_id: UUID) -> list[RequestFacts]:
    """Everything in a village that nobody has answered, the oldest promise first."""
    waiting = (LearningRequest.village_id == village_id) & LearningRequest.state.in_(WAITING)
    return sorted(_facts(session, waiting), key=lambda each: (each.next_at or each.opened_at, each.id))


def named(session: Session, found: Sequence[RequestFacts], locale: str) -> list[Named]:
    """These requests with the names of topics and people."""
    who = {person for each in found for person in (each.requester_id, each.owner_id) if person}
    names = people.names(session, who)
    known = topics.names(session, [each.topic_id for each in found], locale)
    return [
        Named(
            each,
            known[each.topic_id],
            names[each.requester_id],
            names[each.owner_id] if each.owner_id else "",
        )
        for each in found
    ]


def counts(session: Session, village_id: UUID) -> dict[str, int]:
    """How many requests of a village are in each state."""
    table = LearningRequest
    query = select(table.state, func.count()).where(table.village_id == village_id).group_by(table.state)
    return dict(session.execute(query).all())


def waiting_by_village(session: Session, now: datetime) -> dict[UUID, tuple[int, int, datetime]]:
    """For each village that anybody waits in: how many requests, how many past their promise, the longest wait."""
    table = LearningRequest
    late = func.count().filter(table.next_at <= now)
    query = select(table.village_id, func.count(), late, func.min(table.waiting_since)).where(table.state.in_(WAITING))
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query.group_by(table.village_id))}


def _facts(session: Session, condition: ColumnElement[bool]) -> list[RequestFacts]:
    table = LearningRequest
    companions = select(func.coalesce(func.sum(Companion.people), 0)).where(Companion.request_id == table.id)
    columns = (
        table.id, table.requester_id, table.village_id, table.topic_id, table.level,
        (table.people + companions.scalar_subquery()).label("people"), table.words, table.place_kind, table.venue_id,
        table.reach_m,
        table.language, table.needs, table.from_date, table.until_date, table.state, table.owner_id, table.next_step,
        table.next_at, table.opened_at, table.waiting_since, table.group_id, table.activity_id, table.why_not,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(condition).order_by(table.id))
    return [
        RequestFacts(**dict(row._mapping) | {"needs": tuple(row.needs), "why_not": _why_not(row.why_not)})
        for row in rows
    ]


def _why_not(noted: dict[str, Any] | None) -> WhyNot | None:
    if noted is None:
        return None
    change = noted.get("change")
    return WhyNot(
        code=noted["code"],
        figures=noted.get("figures", {}),
        change=_change(change) if change else None,
        words=noted.get("words", ""),
        changes=tuple(_change(each) for each in noted.get("changes", [change] if change else [])),
    )


def _change(noted: dict[str, Any]) -> Change:
    return Change(
        code=noted["code"],
        amount=noted.get("amount", 0),
        subject=noted.get("subject", ""),
        at=datetime.fromisoformat(noted["at"]) if noted.get("at") else None,
        venue_id=UUID(noted["venue"]) if noted.get("venue") else None,
        people=noted.get("people", 0),
    )


def _weekly(session: Session, ids: Any) -> dict[UUID, list[tuple[int, int, int]]]:
    columns = (RequestTime.request_id, RequestTime.weekday, RequestTime.starts, RequestTime.ends)
    spans: dict[UUID, list[tuple[int, int, int]]] = {}
    query = select(*columns).where(RequestTime.request_id.in_(ids)).order_by(*columns)
    for request_id, weekday, starts, ends in session.execute(query):
        spans.setdefault(request_id, []).append((weekday, starts, ends))
    return spans


def _companions(session: Session, ids: Any) -> dict[UUID, list[tuple[UUID, int]]]:
    columns = (Companion.request_id, Companion.person_id, Companion.people)
    joined: dict[UUID, list[tuple[UUID, int]]] = {}
    query = select(*columns).where(Companion.request_id.in_(ids)).order_by(Companion.joined_at, Companion.person_id)
    for request_id, person_id, number in session.execute(query):
        joined.setdefault(request_id, []).append((person_id, number))
    return joined
