"""A row of the course file becomes an activity with a session on each of its days."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from village_hub.activities.exporting import city_zone, own_courses
from village_hub.activities.importing.sessions import meetings, write_sessions
from village_hub.activities.models import Activity, ActivityState, Kind
from village_hub.imports.queries import Change
from village_hub.imports.reading import CourseRow, RowProblem
from village_hub.imports.reading.cells import Names
from village_hub.imports.service import Draft, Parts, Staged, Standing, source_key
from village_hub.kernel.signals import emit
from village_hub.places import queries as places

Values = dict[str, Any]

_MOMENTS = ("enrol_from", "enrol_until")
_DAYS = ("from_date", "until_date")


class CourseImporter:
    """A course is known by its identity; courses that villages hold themselves are never changed by a file."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._zone = city_zone(session)
        self._now = now
        self._cities = {each.name: str(each.id) for each in places.municipalities(session)}
        self._ours = {source_key(row): id_ for id_, row in own_courses(session, now=now)}

    def key(self, row: CourseRow) -> str:
        return source_key(row)

    def standing(self, session: Session, keys: Collection[str]) -> Mapping[str, Standing]:
        here = session.execute(select(Activity.source_key, Activity.id).where(Activity.source_key.in_(list(keys))))
        imported = {key: Standing(id_) for key, id_ in here if key is not None}
        return imported | {key: Standing(id_, is_ours=True) for key, id_ in self._ours.items() if key in keys}

    def draft(self, row: CourseRow) -> Draft | RowProblem:
        spans, is_complete = meetings(row, self._zone)
        has_ended = row.end_date is not None and row.end_date < self._now.astimezone(self._zone).date()
        until = row.application_end and row.application_end + timedelta(days=1)
        values = {
            "title": row.title,
            "description": row.content,
            "municipality_id": self._city(row),
            "place_text": row.place or row.institution,
            "address": row.address,
            "instructor_name": _names(row.instructors),
            "host": row.institution,
            "phone": row.phone.number if row.phone else "",
            "homepage": row.homepage or "",
            "seats": row.capacity,
            "fee": row.fee or 0,
            "enrol_from": self._midnight(row.application_start),
            "enrol_until": self._midnight(until),
            "from_date": None if is_complete else row.start_date.isoformat(),
            "until_date": None if is_complete or row.end_date is None else row.end_date.isoformat(),
            "state": ActivityState.ENDED if has_ended else ActivityState.SCHEDULED,
            "source": dict(row.raw),
        }
        return Draft(values, tuple(spans))

    def write(self, session: Session, rows: Mapping[str, Staged], *, now: datetime) -> Mapping[str, Change]:
        added = [_added(row, key, now) for key, row in rows.items() if row.change is Change.NEW]
        changed = [_columns(row.values) | {"of": row.id} for row in rows.values() if row.change is Change.CHANGED]
        connection = session.connection()
        if added:
            connection.execute(insert(Activity.__table__), added)  # type: ignore[arg-type]
        if changed:
            values: Values = {name: bindparam(name) for name in changed[0] if name != "of"}
            statement = update(Activity.__table__).where(Activity.id == bindparam("of"))  # type: ignore[arg-type]
            connection.execute(statement.values(values | {"updated_seq": Activity.updated_seq + 1}), changed)
        if added or changed:
            emit(session, "city", "activities.imported")
        return {key: row.change for key, row in rows.items()}

    def write_parts(self, session: Session, parts: Parts, *, now: datetime) -> None:
        write_sessions(session, parts, now=now)

    def _city(self, row: CourseRow) -> str | None:
        words = f"{row.address} {row.provider_name} {row.institution}".split()
        return next((self._cities[word] for word in words if word in self._cities), None)

    def _midnight(self, day: date | None) -> str | None:
        return datetime.combine(day, time(), self._zone).astimezone(UTC).isoformat() if day else None


def _names(instructors: Names) -> str:
    named = ", ".join(instructors.names)
    if instructors.others == 0:
        return named
    return f"{named} 외 {instructors.others}명" if instructors.others else f"{named} 외".strip()


def _columns(draft: Values) -> Values:
    moments = {name: datetime.fromisoformat(draft[name]) if draft[name] else None for name in _MOMENTS}
    days = {name: date.fromisoformat(draft[name]) if draft[name] else None for name in _DAYS}
    city = UUID(draft["municipality_id"]) if draft["municipality_id"] else None
    return draft | moments | days | {"municipality_id": city}


def _added(row: Staged, key: str, now: datetime) -> Values:
    fixed = {"id": row.id, "kind": Kind.COURSE, "source_key": key, "reason": "", "created_at": now, "updated_seq": 0}
    return _columns(row.values) | fixed
