"""On which days a course of the file meets, and how its sessions follow when the file says so anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, exists, insert, select, update
from sqlalchemy.orm import Session

from village_hub.activities.models import ActivitySession, SessionState
from village_hub.imports.reading import CourseRow
from village_hub.imports.service import Parts

#: Sessions of one course at most; what meets oftener is shown by its first and last day.
MOST = 200

Moments = tuple[datetime, datetime]


def meetings(row: CourseRow, zone: ZoneInfo) -> tuple[list[Moments], bool]:
    """One span for each of the course's weekdays between its first and last day, and whether these are all."""
    hours = row.hours
    if hours is None or hours.opens == hours.closes or row.end_date is None:
        return [], False
    days = _days(row.start_date, row.end_date, row.weekdays.days)
    spans = [(_moment(day, hours.opens, zone), _moment(day, hours.closes, zone)) for day in days[:MOST]]
    return spans, bool(days) and len(days) <= MOST


def write_sessions(session: Session, parts: Parts, *, now: datetime) -> None:
    """Sessions that are gone are called off, those that are back are held after all, new ones are added."""
    each, said = ActivitySession, parts.spans.c
    own = each.activity_id.in_(parts.things)
    at_that_time = and_(
        said.whole_id == each.activity_id, said.starts_at == each.starts_at, said.ends_at == each.ends_at
    )
    is_said = exists(select(said.id).where(at_that_time).correlate(each))
    gone = update(each).where(own, each.state == SessionState.PLANNED, ~is_said)
    back = update(each).where(own, each.state == SessionState.CANCELLED, is_said)
    for statement, state in ((gone, SessionState.CANCELLED), (back, SessionState.PLANNED)):
        session.execute(statement.values(state=state).execution_options(synchronize_session=False))
    is_here = exists(select(each.id).where(at_that_time).correlate(parts.spans))
    past = case((said.ends_at <= now, SessionState.COMPLETED.value), else_=SessionState.PLANNED.value)
    added = select(said.id, said.whole_id, said.starts_at, said.ends_at, past).where(~is_here)
    session.execute(insert(each).from_select(["id", "activity_id", "starts_at", "ends_at", "state"], added))


def _days(first: date, last: date, weekdays: Sequence[int]) -> list[date]:
    """A course of a single day meets on it, whatever weekday its row names."""
    if first == last:
        return [first]
    if not weekdays:
        return []
    found: list[date] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() in weekdays:
            found.append(day)
            if len(found) > MOST:
                break
    return found


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return (datetime.combine(day, time(), zone) + timedelta(minutes=minute)).astimezone(UTC)
