"""Reads of whole activities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from village_hub.activities.models import (
    Activity,
    ActivitySession,
    ActivityState,
    Enrolment,
    EnrolmentState,
    SessionState,
)
from village_hub.activities.queries.facts import ActivityFacts
from village_hub.people import queries as people
from village_hub.places import queries as places

COLUMNS = (
    Activity.id, Activity.kind, Activity.title, Activity.description, Activity.village_id, Activity.club_id,
    Activity.topic_id, Activity.venue_id, Activity.place_text, Activity.address, Activity.instructor_id,
    Activity.instructor_name, Activity.host, Activity.phone, Activity.homepage, Activity.seats, Activity.minimum,
    Activity.fee, Activity.enrol_from, Activity.enrol_until, Activity.from_date, Activity.until_date, Activity.state,
    Activity.reason, Activity.invitation_id, Activity.source_key, Activity.created_by, Activity.updated_seq,
)  # fmt: skip


def activity(session: Session, activity_id: UUID, now: datetime | None = None) -> ActivityFacts | None:
    """One activity, whatever its state, or None."""
    return activities(session, [activity_id], now).get(activity_id)


def activities(session: Session, ids: Iterable[UUID], now: datetime | None = None) -> dict[UUID, ActivityFacts]:
    """These activities, in the order of the ids; with `now`, the next session is told."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    rows = session.execute(_activities(now).where(Activity.id.in_(wanted))).all()
    venues = places.venues(session, {row.venue_id for row in rows if row.venue_id})
    names = people.names(session, {row.instructor_id for row in rows if row.instructor_id})
    found: dict[UUID, ActivityFacts] = {}
    for row in rows:
        values = dict(row._mapping)
        instructor = names.get(values["instructor_id"], values["instructor_name"])
        found[row.id] = ActivityFacts(**values, venue=venues.get(values["venue_id"]), instructor=instructor)
    return {each: found[each] for each in wanted if each in found}


def upcoming(
    session: Session,
    now: datetime,
    *,
    village_id: UUID | None = None,
    club_id: UUID | None = None,
    near: tuple[float, float] | None = None,
    within_m: float = 3000,
    until: datetime | None = None,
    kinds: Sequence[str] = (),
    limit: int = 20,
) -> list[ActivityFacts]:
    """What is still to come, the next session first; `near` is longitude and latitude in degrees."""
    each = ActivitySession
    conditions: list[ColumnElement[bool]] = [
        each.ends_at > now, each.state == SessionState.PLANNED, Activity.state == ActivityState.SCHEDULED,
    ]  # fmt: skip
    if village_id is not None:
        conditions.append(Activity.village_id == village_id)
    if club_id is not None:
        conditions.append(Activity.club_id == club_id)
    if until is not None:
        conditions.append(each.starts_at < until)
    if kinds:
        conditions.append(Activity.kind.in_(kinds))
    if near is not None:
        conditions.append(Activity.venue_id.in_(_venues_near(session, near, within_m)))
    first = func.min(each.starts_at)
    query = select(each.activity_id).join(Activity, Activity.id == each.activity_id).where(*conditions)
    ids = session.scalars(query.group_by(each.activity_id).order_by(first, each.activity_id).limit(limit)).all()
    return list(activities(session, ids, now).values())


def taught_by(session: Session, person_id: UUID, now: datetime, *, limit: int = 50) -> list[ActivityFacts]:
    """What an instructor teaches from now on, the next session first."""
    each = ActivitySession
    mine = (Activity.instructor_id == person_id, each.ends_at > now, each.state == SessionState.PLANNED)
    query = select(each.activity_id).join(Activity, Activity.id == each.activity_id).where(*mine)
    ordered = query.group_by(each.activity_id).order_by(func.min(each.starts_at), each.activity_id).limit(limit)
    return list(activities(session, session.scalars(ordered).all(), now).values())


def _activities(now: datetime | None) -> Select[*tuple[Any, ...]]:
    each = ActivitySession
    counts = or_(each.state != SessionState.CANCELLED, Activity.state == ActivityState.CANCELLED)
    own = and_(each.activity_id == Activity.id, counts)
    coming = and_(own, each.ends_at > now) if now is not None else and_(own, each.id.is_(None))
    return select(
        *COLUMNS,
        _of(func.min(each.starts_at), own).label("starts_at"),
        _of(func.max(each.ends_at), own).label("ends_at"),
        _of(func.min(each.starts_at), coming).label("next_at"),
        _of(func.min(each.ends_at), coming).label("next_ends_at"),
        _of(func.count(), own).label("sessions"),
        _people(EnrolmentState.SEATED).label("taken"),
        _people(EnrolmentState.WAITING).label("waiting"),
    )


def _of(value: Any, condition: ColumnElement[bool]) -> Any:
    query = select(value).select_from(ActivitySession).where(condition)
    return query.correlate(Activity).scalar_subquery()


def _people(state: EnrolmentState) -> Any:
    query = select(func.count()).where(Enrolment.activity_id == Activity.id, Enrolment.state == state)
    return query.correlate(Activity).scalar_subquery()


def _venues_near(session: Session, point: tuple[float, float], within_m: float) -> list[UUID]:
    known = places.all_venues(session)
    return [each.id for each in known if places.distance(*point, each.lon, each.lat) <= within_m]
