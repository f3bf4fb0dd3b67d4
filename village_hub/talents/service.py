"""How volunteers offer what they can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit
from village_hub.people import queries as people
from village_hub.people import service as people_service
from village_hub.talents import errors
from village_hub.talents.events import OfferChanged, OfferPaused, OfferResumed, TalentOffered, TalentWithdrawn
from village_hub.talents.models import Availability, Talent, Teaching

Weekly = Iterable[tuple[int, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Where somebody sets out from, how far and how often they go, and which groups they welcome."""

    lon: float
    lat: float
    radius_m: int = 5000
    cap_per_week: int = 1
    languages: tuple[str, ...] = ("ko",)
    group_min: int = 1
    group_max: int = 20


def offer(
    session: Session,
    person_id: UUID,
    *,
    topics: Mapping[UUID, Sequence[str]],
    weekly: Weekly,
    terms: Terms,
    now: datetime,
    title: str = "",
    description: str = "",
    by: UUID | None = None,
) -> list[UUID]:
    """A volunteer says what they teach, when, how far and how often; topics offered before stay, unless named anew."""
    spans = sorted(set(weekly))
    if not spans:
        raise errors.NoTime
    if terms.group_max < terms.group_min:
        raise errors.GroupUpsideDown
    lock(session, f"teaching:{person_id}")
    if not topics and not _topics(session, person_id):
        raise errors.NothingOffered
    if not all(topics.values()):
        raise errors.NoLevel
    _write_terms(session, person_id, terms, spans)
    new = [_offer_topic(session, person_id, topic, levels, title, description) for topic, levels in topics.items()]
    _become_instructor(session, person_id, now=now, by=by)
    record(session, OfferChanged(person_id), now=now, by=by or person_id)
    for talent_id in new:
        record(session, TalentOffered(person_id, talent_id), now=now, by=by or person_id)
    _tell(session, person_id)
    return new


def withdraw_talent(session: Session, talent_id: UUID, *, by: UUID, now: datetime) -> None:
    """A volunteer no longer teaches this; what was already agreed stands."""
    mine = (Talent.id == talent_id, Talent.person_id == by, Talent.active)
    gone = session.execute(update(Talent).where(*mine).values(active=False))
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        raise errors.NotOffered
    record(session, TalentWithdrawn(by, talent_id), now=now, by=by)
    _tell(session, by)


def pause(session: Session, person_id: UUID, *, until: datetime | None = None, now: datetime) -> None:
    """A volunteer rests, for good or until a day; nobody asks them meanwhile."""
    if until is not None and until <= now:
        raise errors.PauseInThePast
    _set_pause(session, person_id, since=now, until=until)
    record(session, OfferPaused(person_id), now=now, by=person_id)
    _tell(session, person_id)


def resume(session: Session, person_id: UUID, *, now: datetime) -> None:
    """A volunteer is back."""
    _set_pause(session, person_id, since=None, until=None)
    record(session, OfferResumed(person_id), now=now, by=person_id)
    _tell(session, person_id)


def _topics(session: Session, person_id: UUID) -> set[UUID]:
    return set(session.scalars(select(Talent.topic_id).where(Talent.person_id == person_id, Talent.active)))


def _write_terms(session: Session, person_id: UUID, terms: Terms, spans: list[tuple[int, int, int]]) -> None:
    values = {
        "lon": terms.lon,
        "lat": terms.lat,
        "radius_m": terms.radius_m,
        "cap_per_week": terms.cap_per_week,
        "languages": list(terms.languages),
        "group_min": terms.group_min,
        "group_max": terms.group_max,
    }
    changed = session.execute(update(Teaching).where(Teaching.person_id == person_id).values(values))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        session.execute(insert(Teaching).values(person_id=person_id, **values))
    session.execute(delete(Availability).where(Availability.person_id == person_id))
    rows = [{"person_id": person_id, "weekday": day, "starts": starts, "ends": ends} for day, starts, ends in spans]
    session.execute(insert(Availability), rows)


def _offer_topic(
    session: Session, person_id: UUID, topic_id: UUID, levels: Sequence[str], title: str, description: str
) -> UUID:
    """Naming a topic anew replaces what was said about it."""
    before = update(Talent).where(Talent.person_id == person_id, Talent.topic_id == topic_id, Talent.active)
    session.execute(before.values(active=False))
    talent_id = new_id(session)
    session.execute(
        insert(Talent).values(
            id=talent_id,
            person_id=person_id,
            topic_id=topic_id,
            levels=list(levels),
            title=title,
            description=description,
            active=True,
        )
    )
    return talent_id


def _become_instructor(session: Session, person_id: UUID, *, now: datetime, by: UUID | None) -> None:
    account = people.account(session, person_id, now)
    if account is None or not any(role.kind == "instructor" for role in account.roles):
        people_service.grant_role(session, person_id, "instructor", now=now, by=by or person_id)


def _set_pause(session: Session, person_id: UUID, *, since: datetime | None, until: datetime | None) -> None:
    values = {"paused_since": since, "paused_until": until}
    changed = session.execute(update(Teaching).where(Teaching.person_id == person_id).values(values))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise errors.NotOffered


def _tell(session: Session, person_id: UUID) -> None:
    emit(session, f"person:{person_id}", "offer.changed", {"id": str(person_id)})
