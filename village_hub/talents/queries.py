"""What volunteers offer, for their own page and for matching."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from village_hub.kernel.events import RecordedEvent
from village_hub.talents.events import OfferChanged, OfferPaused, OfferResumed
from village_hub.talents.models import Availability, Talent, Teaching

LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Offer:
    """One volunteer's terms and topics; `weekly` is (weekday, starts, ends) in minutes since midnight."""

    person_id: UUID
    topics: dict[UUID, tuple[str, ...]]
    lon: float
    lat: float
    radius_m: int
    cap_per_week: int
    languages: tuple[str, ...]
    group_min: int
    group_max: int
    weekly: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class TalentFacts:
    """One thing a volunteer teaches."""

    id: UUID
    person_id: UUID
    topic_id: UUID
    levels: tuple[str, ...]
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when, and until when if it ends by itself."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RecordedOffer:
    """An offer as it stands now, since when there is one, and when it paused (None: until further notice)."""

    offer: Offer
    since: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...]

    def is_open(self, moment: datetime) -> bool:
        """Whether it was there and not paused at a moment."""
        return self.since <= moment and not any(
            since <= moment and (until is None or moment < until) for since, until in self.pauses
        )


def offers(session: Session, now: datetime) -> list[Offer]:
    """Every offer that is not paused and teaches something, in the order of the people's ids."""
    return _offers(session, _is_going_on(now))


def recorded(session: Session) -> list[RecordedOffer]:
    """Every offer that there is now, with its days so far, in the order of the people's ids."""
    told = (OfferChanged.type, OfferPaused.type, OfferResumed.type)
    columns = (RecordedEvent.type, RecordedEvent.payload, RecordedEvent.occurred_at)
    query = select(*columns).where(RecordedEvent.type.in_(told))
    since: dict[UUID, datetime] = {}
    pauses: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    for type_, payload, moment in session.execute(query.order_by(RecordedEvent.stream, RecordedEvent.seq)):
        person_id = UUID(payload["person_id"])
        since.setdefault(person_id, moment)
        open_pause = pauses.setdefault(person_id, [])
        if open_pause and open_pause[-1][1] is None and type_ != OfferChanged.type:
            open_pause[-1] = (open_pause[-1][0], moment)
        if type_ == OfferPaused.type:
            open_pause.append((moment, None))
    ends = dict(session.execute(select(Teaching.person_id, Teaching.paused_until)).all())
    return [
        RecordedOffer(each, since[each.person_id], _ended(pauses[each.person_id], ends[each.person_id]))
        for each in _offers(session, true())
        if each.person_id in since
    ]


def offer_of(session: Session, person_id: UUID) -> Offer | None:
    """One volunteer's offer, paused or not; None where nothing is offered."""
    return next(iter(_offers(session, Teaching.person_id == person_id)), None)


def offers_of(session: Session, person_ids: Iterable[UUID]) -> list[Offer]:
    """The offers of these volunteers, paused or not, in the order of their ids."""
    return _offers(session, Teaching.person_id.in_(set(person_ids)))


def talents_of(session: Session, person_id: UUID) -> list[TalentFacts]:
    """What one volunteer teaches."""
    columns = (Talent.id, Talent.person_id, Talent.topic_id, Talent.levels, Talent.title, Talent.description)
    rows = session.execute(select(*columns).where(Talent.person_id == person_id, Talent.active).order_by(Talent.id))
    return [TalentFacts(row[0], row[1], row[2], tuple(row[3]), row[4], row[5]) for row in rows]


def pause_of(session: Session, person_id: UUID, now: datetime) -> Pause | None:
    """The pause that a volunteer takes right now, if any."""
    query = select(Teaching.paused_since, Teaching.paused_until).where(Teaching.person_id == person_id)
    row = session.execute(query).one_or_none()
    if row is None or row.paused_since is None or (row.paused_until is not None and row.paused_until <= now):
        return None
    return Pause(row.paused_since, row.paused_until)


def _offers(session: Session, condition: ColumnElement[bool]) -> list[Offer]:
    teaching = session.execute(select(Teaching.__table__).where(condition).order_by(Teaching.person_id)).all()
    people = select(Teaching.person_id).where(condition)
    topics: dict[UUID, dict[UUID, tuple[str, ...]]] = {}
    taught = select(Talent.person_id, Talent.topic_id, Talent.levels).where(Talent.active, Talent.person_id.in_(people))
    for person_id, topic_id, levels in session.execute(taught.order_by(Talent.id)):
        topics.setdefault(person_id, {})[topic_id] = tuple(levels)
    weekly = _weekly(session, people)
    return [
        Offer(
            person_id=each.person_id,
            topics=topics[each.person_id],
            lon=each.lon,
            lat=each.lat,
            radius_m=each.radius_m,
            cap_per_week=each.cap_per_week,
            languages=tuple(each.languages),
            group_min=each.group_min,
            group_max=each.group_max,
            weekly=tuple(weekly.get(each.person_id, ())),
        )
        for each in teaching
        if each.person_id in topics
    ]


def _weekly(session: Session, people: object) -> dict[UUID, list[tuple[int, int, int]]]:
    columns = (Availability.person_id, Availability.weekday, Availability.starts, Availability.ends)
    query = select(*columns).where(Availability.person_id.in_(people))  # type: ignore[arg-type]
    spans: dict[UUID, list[tuple[int, int, int]]] = {}
    for person_id, *span in session.execute(query.order_by(*columns)):
        spans.setdefault(person_id, []).append((span[0], span[1], span[2]))
    return spans


def _ended(
    pauses: list[tuple[datetime, datetime | None]], until: datetime | None
) -> tuple[tuple[datetime, datetime | None], ...]:
    """Of the last pause it is known when it ends by itself."""
    if pauses and pauses[-1][1] is None:
        return (*pauses[:-1], (pauses[-1][0], until))
    return tuple(pauses)


def _is_going_on(now: datetime) -> ColumnElement[bool]:
    return or_(Teaching.paused_since.is_(None), Teaching.paused_until <= now)
