"""Reads of dated meetings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from village_hub.activities.models import (
    Activity,
    ActivitySession,
    ActivityState,
    Enrolment,
    EnrolmentState,
    SessionState,
)
from village_hub.activities.queries.facts import SessionFacts


def session_facts(session: Session, session_id: UUID) -> SessionFacts | None:
    """One session, or None."""
    row = session.execute(_sessions().where(ActivitySession.id == session_id)).one_or_none()
    return SessionFacts(*row) if row else None


def session_by_code(session: Session, code: str) -> SessionFacts | None:
    """The planned session that shows these six digits, or None."""
    shown = (ActivitySession.code == code, ActivitySession.state == SessionState.PLANNED)
    row = session.execute(_sessions().where(*shown)).one_or_none()
    return SessionFacts(*row) if row else None


def sessions_of(session: Session, activity_id: UUID) -> list[SessionFacts]:
    """All sessions of an activity in order, called-off ones too."""
    return sessions_of_many(session, [activity_id]).get(activity_id, [])


def sessions_of_many(session: Session, activity_ids: Iterable[UUID]) -> dict[UUID, list[SessionFacts]]:
    """All sessions of these activities in order, called-off ones too."""
    found: dict[UUID, list[SessionFacts]] = {}
    query = _sessions().where(ActivitySession.activity_id.in_(set(activity_ids)))
    for row in session.execute(query.order_by(ActivitySession.starts_at, ActivitySession.id)):
        found.setdefault(row.activity_id, []).append(SessionFacts(*row))
    return found


def sessions_between(
    session: Session,
    starts_at: datetime,
    ends_at: datetime,
    *,
    village_id: UUID | None = None,
    club_id: UUID | None = None,
    person_id: UUID | None = None,
    instructor_id: UUID | None = None,
    kinds: Sequence[str] = (),
    with_cancelled: bool = False,
    limit: int = 2000,
) -> list[SessionFacts]:
    """Sessions that begin within the span, in order; of a person: those that they have a seat in or teach."""
    query = _sessions().where(ActivitySession.starts_at >= starts_at, ActivitySession.starts_at < ends_at)
    if not with_cancelled:
        query = query.where(ActivitySession.state != SessionState.CANCELLED, Activity.state != ActivityState.CANCELLED)
    if village_id is not None:
        query = query.where(Activity.village_id == village_id)
    if club_id is not None:
        query = query.where(Activity.club_id == club_id)
    if instructor_id is not None:
        query = query.where(Activity.instructor_id == instructor_id)
    if kinds:
        query = query.where(Activity.kind.in_(kinds))
    if person_id is not None:
        seated = (Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.SEATED)
        mine = select(Enrolment.activity_id).where(*seated)
        query = query.where(or_(Activity.instructor_id == person_id, Activity.id.in_(mine)))
    ordered = query.order_by(ActivitySession.starts_at, Activity.title, ActivitySession.id).limit(limit)
    return [SessionFacts(*row) for row in session.execute(ordered)]


def in_the_way(session: Session, venue_id: UUID, starts_at: datetime, ends_at: datetime) -> SessionFacts | None:
    """The first planned session in a room that overlaps the span, or None."""
    query = _sessions().where(
        ActivitySession.venue_id == venue_id,
        ActivitySession.state == SessionState.PLANNED,
        ActivitySession.hold_id.is_not(None),
        ActivitySession.starts_at < ends_at,
        ActivitySession.ends_at > starts_at,
    )
    row = session.execute(query.order_by(ActivitySession.starts_at).limit(1)).one_or_none()
    return SessionFacts(*row) if row else None


def _sessions() -> Select[*tuple[Any, ...]]:
    each = ActivitySession
    return select(
        each.id, each.activity_id, each.starts_at, each.ends_at, each.venue_id, each.state, each.code, Activity.title,
        Activity.kind, Activity.village_id, Activity.club_id, Activity.instructor_id, Activity.place_text,
        Activity.state, Activity.updated_seq,
    ).join(Activity, Activity.id == each.activity_id)  # fmt: skip
